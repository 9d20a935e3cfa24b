using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Grains.Cluster;

/// <summary>
/// The silos that a parameter server may ask: the silos of the cluster, or a simulation of them.
/// </summary>
public interface IRoster
{
    /// <summary>The active silos, in the order of their addresses.</summary>
    IReadOnlyList<SiloAddress> Active { get; }

    /// <summary>The name of a silo, or its address when the name is not known.</summary>
    string NameOf(SiloAddress silo);

    /// <summary>The replica service of one silo.</summary>
    IReplicaService On(SiloAddress silo);
}
