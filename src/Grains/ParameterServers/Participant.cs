using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Memory;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>A silo that takes part in a run, from the view of its parameter server.</summary>
/// <param name="silo">The address of the silo.</param>
/// <param name="replica">The replica service of the silo.</param>
/// <param name="report">The report of the silo about itself.</param>
/// <param name="isLocal">Whether the parameter server is on the same silo.</param>
public sealed class Participant(SiloAddress silo, IReplicaService replica, SiloReport report, bool isLocal)
{
    /// <summary>The address of the silo.</summary>
    public SiloAddress Silo { get; } = silo;

    /// <summary>The replica service of the silo.</summary>
    public IReplicaService Replica { get; } = replica;

    /// <summary>The report of the silo about itself.</summary>
    public SiloReport Report { get; } = report;

    /// <summary>Whether the parameter server is on the same silo.</summary>
    public bool IsLocal { get; } = isLocal;

    /// <summary>
    /// Whether this silo and the silo of the parameter server are different processes that can map
    /// each other's memory. If so, they send shared-memory references instead of bytes.
    /// </summary>
    public bool SharesMemory => !IsLocal && Report.MemoryDomain is { } domain && domain == SharedSegment.Domain;

    /// <summary>
    /// The call that the straggler has not answered in time; null when the silo is not a straggler.
    /// As long as there is one, the parameter server asks the silo for nothing else.
    /// </summary>
    public Task? Late { get; set; }
}
