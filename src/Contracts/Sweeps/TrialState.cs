using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Contracts.Sweeps;

/// <summary>How far a trial has got.</summary>
/// <param name="Number">Its number in the sweep, from 1.</param>
/// <param name="Status">Its status.</param>
/// <param name="Epochs">Metrics of the completed epochs.</param>
/// <param name="Message">Why it has failed; null if it has not.</param>
[GenerateSerializer, Immutable, Alias("mnist.TrialState")]
public sealed record TrialState(
    [property: Id(0)] int Number,
    [property: Id(1)] TrialStatus Status,
    [property: Id(2)] IReadOnlyList<EpochMetrics> Epochs,
    [property: Id(3)] string? Message = null)
{
    /// <summary>Whether nothing more happens in the trial.</summary>
    public bool IsOver => Status is TrialStatus.Completed or TrialStatus.Dropped or TrialStatus.Failed;
}

/// <summary>The status of a trial.</summary>
public enum TrialStatus
{
    /// <summary>It waits for its start, or for its next rung.</summary>
    Waiting,

    /// <summary>It trains.</summary>
    Running,

    /// <summary>It has reached a rung, and waits until all others have.</summary>
    AtRung,

    /// <summary>All its epochs are done, or it has stopped early as its plan says.</summary>
    Completed,

    /// <summary>Better trials have gone on in its place.</summary>
    Dropped,

    /// <summary>It cannot continue.</summary>
    Failed,
}
