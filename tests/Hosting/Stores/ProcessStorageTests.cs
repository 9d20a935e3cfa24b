using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Contracts.Wire;
using Mnist.Distributed.Tests.Servers;
using Orleans.Storage;

namespace Mnist.Distributed.Tests.Hosting.Stores;

/// <summary>
/// The storage of a silo that is alone. In these tests another activation takes the part of another
/// silo.
/// </summary>
public sealed class ProcessStorageTests(StoreServers servers) : StorageTests(servers, kind: null)
{
    private readonly ProcessStorage _storage = new(WireFormat.Copier);

    protected override Task<IGrainStorage> Storage() => Task.FromResult<IGrainStorage>(_storage);
}
