using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Grains.Cluster;

/// <summary>
/// The silos that a parameter server may ask: the cluster's members, or a simulation of them.
/// </summary>
public interface IRoster
{
    /// <summary>The active silos, in a fixed order.</summary>
    IReadOnlyList<SiloAddress> Active { get; }

    /// <summary>The name of a silo; its address where the name is not known.</summary>
    string NameOf(SiloAddress silo);

    /// <summary>The replica service of one silo.</summary>
    IReplicaService On(SiloAddress silo);
}
