using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Grains.Cluster;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// A view of the cluster in which one silo is the only one, for a run that trains on one silo.
/// </summary>
/// <param name="cluster">The roster of the cluster.</param>
/// <param name="silo">The silo.</param>
public sealed class SoleRoster(IRoster cluster, SiloAddress silo) : IRoster
{
    /// <inheritdoc />
    public IReadOnlyList<SiloAddress> Active { get; } = [silo];

    /// <inheritdoc />
    public string NameOf(SiloAddress silo) => cluster.NameOf(silo);

    /// <inheritdoc />
    public IReplicaService On(SiloAddress silo) => cluster.On(silo);
}
