using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Grains.Replicas;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>The roster of a real cluster.</summary>
public sealed class ClusterRoster(ISiloStatusOracle participants, IReplicaClient replicas, LocalReplicas local) : IRoster
{
    /// <inheritdoc />
    public IReadOnlyList<SiloAddress> Active => [.. participants.GetApproximateSiloStatuses(onlyActive: true).Keys.Order()];

    /// <inheritdoc />
    public string NameOf(SiloAddress silo) => participants.TryGetSiloName(silo, out var name) ? name : silo.ToString();

    /// <inheritdoc />
    public IReplicaService On(SiloAddress silo) => silo.Equals(participants.SiloAddress) ? local : replicas.On(silo);
}
