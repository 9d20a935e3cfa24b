using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>The silos that a parameter server may ask: cluster participants, or a simulation of it.</summary>
public interface IRoster
{
    /// <summary>The active silos, in a fixed order.</summary>
    IReadOnlyList<SiloAddress> Active { get; }

    /// <summary>The name of a silo; its address where the name is not known.</summary>
    string NameOf(SiloAddress silo);

    /// <summary>The replica service of one silo.</summary>
    IReplicaService On(SiloAddress silo);
}
