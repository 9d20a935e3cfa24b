using Orleans.GrainDirectory;

namespace Mnist.Distributed.Grains.Placement;

/// <summary>
/// The grain directory for grains with their silo in the key. It stores nothing, because the key
/// says where the grain is.
/// </summary>
public sealed class SiloOfKeyDirectory : IGrainDirectory
{
    /// <summary>The name under which the directory is registered.</summary>
    public const string Name = "silo-of-key";

    /// <inheritdoc />
    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    /// <inheritdoc />
    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult<GrainAddress?>(null);

    /// <inheritdoc />
    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    /// <inheritdoc />
    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}
