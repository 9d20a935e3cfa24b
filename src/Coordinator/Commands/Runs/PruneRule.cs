namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>Which runs a cleaning deletes. Every condition that is given must allow it.</summary>
/// <param name="Keep">So many of the newest runs stay; null for no such condition.</param>
/// <param name="OlderThan">Runs that ended later stay; null for no such condition.</param>
/// <param name="KeepBest">
/// Of the runs of each metric, so many of the best stay; null for no such condition.
/// </param>
internal sealed record PruneRule(int? Keep, TimeSpan? OlderThan, int? KeepBest = null)
{
    /// <summary>The runs that go, oldest first. A run that trains or waits never goes.</summary>
    /// <param name="runs">The runs that the command is about, oldest first.</param>
    /// <param name="now">The time (UTC).</param>
    public IReadOnlyList<KnownRun> Choose(IReadOnlyList<KnownRun> runs, DateTime now)
    {
        var best = runs.Where(run => run.Best is not null)
            .GroupBy(run => run.Metric)
            .SelectMany(same => RunOrder.By("metric", [.. same], now).Take(KeepBest ?? 0))
            .Select(run => run.RunId)
            .ToHashSet();
        return [.. runs.SkipLast(Keep ?? 0).Where(run => !run.GoesOn && !run.HasOwnProcess && !best.Contains(run.RunId) && IsOld(run, now))];
    }

    /// <summary>A run whose age is not known stays.</summary>
    private bool IsOld(KnownRun run, DateTime now) => OlderThan is not { } age || now - (run.EndedAt ?? run.StartedAt) > age;
}
