using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>Id, plan and place of a run.</summary>
/// <param name="RunId">Id of the run.</param>
/// <param name="Plan">Plan of the run.</param>
/// <param name="Place">Where its cluster is found; null for a run in this process.</param>
/// <param name="Catalogue">The catalogue of the names in the plan.</param>
internal sealed record RunIdentity(string RunId, TrainingPlan Plan, ClusterPlace? Place, TrainingCatalogue Catalogue)
{
    /// <summary>The command that repeats the run; null if it is not known.</summary>
    public string? Command { get; init; }

    /// <summary>Name, tags and notes.</summary>
    public RunLabels Labels { get; init; } = RunLabels.None;

    /// <summary>The time (UTC) of its start; null if it is not known.</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>The time (UTC) of its end, of a run that has ended already.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>
    /// Id of the process that trains it, if that is another one than this; else null.
    /// </summary>
    public int? Process { get; init; }

    /// <summary>Name of its cluster; null for a run in this process.</summary>
    public string? Cluster => Place?.Cluster;
}
