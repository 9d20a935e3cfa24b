using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Grains.Replicas;

namespace Mnist.Distributed.Grains.Cluster;

/// <summary>The roster of a real cluster.</summary>
public sealed class ClusterRoster(ISiloStatusOracle membership, IReplicaClient replicas, LocalReplicas local) : IRoster
{
    /// <inheritdoc />
    public IReadOnlyList<SiloAddress> Active => [.. membership.GetApproximateSiloStatuses(onlyActive: true).Keys.Order()];

    /// <inheritdoc />
    public string NameOf(SiloAddress silo) => membership.TryGetSiloName(silo, out var name) ? name : silo.ToString();

    /// <inheritdoc />
    public IReplicaService On(SiloAddress silo) => silo.Equals(membership.SiloAddress) ? local : replicas.On(silo);
}
