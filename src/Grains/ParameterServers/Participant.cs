using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Memory;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>A silo that takes part in a run, as its parameter server sees it.</summary>
/// <param name="silo">Its address.</param>
/// <param name="replica">Its replica service.</param>
/// <param name="report">What it said of itself.</param>
/// <param name="isLocal">Whether it is the silo of the parameter server.</param>
public sealed class Participant(SiloAddress silo, IReplicaService replica, SiloReport report, bool isLocal)
{
    /// <summary>Its address.</summary>
    public SiloAddress Silo { get; } = silo;

    /// <summary>Its replica service.</summary>
    public IReplicaService Replica { get; } = replica;

    /// <summary>What it said of itself.</summary>
    public SiloReport Report { get; } = report;

    /// <summary>Whether it is the silo of the parameter server.</summary>
    public bool IsLocal { get; } = isLocal;

    /// <summary>
    /// Whether its memory and that of the parameter server's silo are mapped rather than sent.
    /// </summary>
    public bool SharesMemory => !IsLocal && Report.MemoryDomain is { } domain && domain == SharedSegment.Domain;

    /// <summary>
    /// The call it has not answered in time, or null. While there is one, it is not asked for
    /// anything.
    /// </summary>
    public Task? Late { get; set; }
}
