using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Contracts.Sweeps;

/// <summary>The description of a sweep.</summary>
/// <param name="SweepId">Its id.</param>
/// <param name="Status">
/// <see cref="RunStatus.Running"/>, <see cref="RunStatus.Stopped"/>,
/// <see cref="RunStatus.Completed"/>, or <see cref="RunStatus.Unknown"/> if there is no such sweep.
/// </param>
/// <param name="Plan">
/// The plan; null while the status is unknown, and in the answers of <c>Watch</c>.
/// </param>
/// <param name="Trials">The states of the trials, in the order of the plan.</param>
/// <param name="Message">What keeps the sweep from going on; null if nothing does.</param>
/// <param name="StartedAt">The time (UTC) of the start.</param>
/// <param name="EndedAt">The time (UTC) of the end; null while it has not ended.</param>
/// <param name="Version">How many times the sweep has changed.</param>
[GenerateSerializer, Immutable, Alias("mnist.SweepDescription")]
public sealed record SweepDescription(
    [property: Id(0)] string SweepId,
    [property: Id(1)] RunStatus Status,
    [property: Id(2)] SweepPlan? Plan,
    [property: Id(3)] IReadOnlyList<TrialState> Trials,
    [property: Id(4)] string? Message,
    [property: Id(5)] DateTime StartedAt,
    [property: Id(6)] DateTime? EndedAt,
    [property: Id(7)] long Version)
{
    /// <summary>The id of the run of a trial.</summary>
    /// <param name="sweepId">The id of the sweep.</param>
    /// <param name="number">The number of the trial.</param>
    public static string RunIdOf(string sweepId, int number) => $"{sweepId}-{number:D3}";
}
