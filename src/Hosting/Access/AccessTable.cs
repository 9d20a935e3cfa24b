using Mnist.Distributed.Hosting.Identity;

namespace Mnist.Distributed.Hosting.Access;

/// <summary>
/// Which requests silos take from clients, and the role that each needs. All other requests, those
/// of Orleans among them, are taken from silos only. A new method of a grain is one more row.
/// </summary>
public static class AccessTable
{
    private const string Run = "mnist.ITrainingRunGrain";
    private const string Index = "mnist.IRunIndexGrain";
    private const string Queue = "mnist.IRunQueueGrain";
    private const string Sweep = "mnist.ISweepGrain";
    private const string Manifest = "Orleans.Runtime.IClusterManifestSystemTarget,Orleans.Core";
    private const string Management = "Orleans.Runtime.IManagementGrain,Orleans.Core";

    /// <summary>The requests that are taken from clients, with the role that each needs.</summary>
    public static IReadOnlyDictionary<Call, ClusterRole> Clients { get; } = new Dictionary<Call, ClusterRole>
    {
        [new(Index, "List")] = ClusterRole.Observer,
        [new(Run, "IsStarting")] = ClusterRole.Observer,
        [new(Run, "Describe")] = ClusterRole.Observer,
        [new(Run, "Watch")] = ClusterRole.Observer,
        [new(Run, "GetWeights")] = ClusterRole.Observer,
        [new(Run, "GetLiveWeights")] = ClusterRole.Observer,
        [new(Run, "GetState")] = ClusterRole.Observer,
        [new(Run, "GetCheckpointBefore")] = ClusterRole.Observer,
        [new(Run, "GetInitialState")] = ClusterRole.Observer,
        [new(Run, "GetLedger")] = ClusterRole.Observer,
        [new(Run, "CheckStore")] = ClusterRole.Observer,
        [new(Run, "Start")] = ClusterRole.Operator,
        [new(Run, "Resume")] = ClusterRole.Operator,
        [new(Run, "Stop")] = ClusterRole.Operator,
        [new(Run, "GetCopy")] = ClusterRole.Observer,
        [new(Run, "Adopt")] = ClusterRole.Operator,
        [new(Run, "Delete")] = ClusterRole.Operator,
        [new("mnist.IClusterGrain", "Silos")] = ClusterRole.Observer,
        [new(Queue, "Sweeps")] = ClusterRole.Observer,
        [new(Sweep, "Describe")] = ClusterRole.Observer,
        [new(Sweep, "Watch")] = ClusterRole.Observer,
        [new(Sweep, "Start")] = ClusterRole.Operator,
        [new(Sweep, "Stop")] = ClusterRole.Operator,
        [new(Sweep, "Resume")] = ClusterRole.Operator,
        [new(Sweep, "Delete")] = ClusterRole.Operator,

        // Orleans names its methods by a hash. Every client asks for the kinds of grains
        // (GetClusterManifest, GetClusterManifestUpdate). The others tell the members of the
        // cluster (GetDetailedHosts) and how many grains there are (GetSimpleGrainStatistics).
        [new(Manifest, "40D39F85")] = ClusterRole.Observer,
        [new(Manifest, "4EFCA109")] = ClusterRole.Observer,
        [new(Management, "CC6CCBC3")] = ClusterRole.Observer,
        [new(Management, "ACCE9D6A")] = ClusterRole.Observer,
    };

    /// <summary>The requests of the project's grains that are taken from silos only.</summary>
    public static IReadOnlySet<Call> Inside { get; } = new HashSet<Call>
    {
        new(Index, "Add"),
        new(Index, "Remove"),
        new(Run, "Launch"),
        new(Queue, "Add"),
        new(Queue, "AddSweep"),
        new(Queue, "RemoveSweep"),
        new(Queue, "Tend"),
        new(Sweep, "Tend"),
        new("mnist.IWorkerGrain", "Activate"),
        new("mnist.IParameterServerGrain", "Begin"),
        new("mnist.IParameterServerGrain", "Advance"),
        new("mnist.IParameterServerGrain", "Evaluate"),
        new("mnist.IParameterServerGrain", "GetState"),
        new("mnist.IParameterServerGrain", "Stop"),
        new("mnist.IParameterServerGrain", "Release"),
        new("mnist.IReplicaService", "Prepare"),
        new("mnist.IReplicaService", "Install"),
        new("mnist.IReplicaService", "ComputeStep"),
        new("mnist.IReplicaService", "SumSlice"),
        new("mnist.IReplicaService", "Evaluate"),
        new("mnist.IReplicaService", "GetState"),
        new("mnist.IReplicaService", "Peek"),
        new("mnist.IReplicaService", "Holds"),
        new("mnist.IReplicaService", "Release"),
        new("mnist.IReplicaService", "Load"),
    };

    /// <summary>
    /// The role that a client needs for a request; null if clients may not make it.
    /// </summary>
    public static ClusterRole? LeastRoleFor(Call call) => Clients.TryGetValue(call, out var role) ? role : null;
}
