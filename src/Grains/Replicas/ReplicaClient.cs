using Mnist.Distributed.Contracts.Grains;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>Finds the replica service of a silo.</summary>
public interface IReplicaClient : IGrainServiceClient<IReplicaService>
{
    /// <summary>The replica service of one silo.</summary>
    IReplicaService On(SiloAddress silo);
}

/// <inheritdoc cref="IReplicaClient" />
public sealed class ReplicaClient(IServiceProvider services) : GrainServiceClient<IReplicaService>(services), IReplicaClient
{
    /// <inheritdoc />
    public IReplicaService On(SiloAddress silo) => GetGrainService(silo);
}
