using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>Which runs a command is about.</summary>
/// <param name="Statuses">Only runs with one of these; empty for any.</param>
/// <param name="Tags">Only runs with all of these.</param>
/// <param name="Sweep">Only trials of this sweep; null for any run.</param>
/// <param name="WithTrials">Whether trials of sweeps are among them.</param>
internal sealed record RunSelection(IReadOnlyList<RunStatus> Statuses, IReadOnlyList<string> Tags, string? Sweep, bool WithTrials)
{
    /// <summary>Whether a run is selected.</summary>
    public bool Has(KnownRun run) => !Hides(run) && Matches(run);

    /// <summary>Whether a run would be selected, but is the trial of a sweep.</summary>
    public bool HidesOnly(KnownRun run) => Hides(run) && Matches(run);

    private bool Hides(KnownRun run) => run.Labels.Sweep is not null && Sweep is null && !WithTrials;

    private bool Matches(KnownRun run) =>
        (Statuses.Count == 0 || Statuses.Contains(run.Status))
        && Tags.All(run.Labels.Tags.Contains)
        && (Sweep is null || run.Labels.Sweep == Sweep);
}
