using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Reports.Sweeps;

/// <summary>All that a sweep has brought so far.</summary>
/// <param name="SweepId">The id of the sweep.</param>
/// <param name="Status">Its status.</param>
/// <param name="Message">What keeps it from going on; null if nothing does.</param>
/// <param name="Command">The command that repeats it.</param>
/// <param name="Metric">The metric that its trials are compared by.</param>
/// <param name="Keep">The epoch whose test metric counts, and whose weights are written.</param>
/// <param name="Halving">The best of so many trials has gone on at each rung; 0 for all.</param>
/// <param name="StartedAt">The time (UTC) of the start.</param>
/// <param name="EndedAt">The time (UTC) of the end; null while it has not ended.</param>
/// <param name="Trials">The trials, in their order.</param>
public sealed record SweepResults(
    string SweepId,
    RunStatus Status,
    string? Message,
    string Command,
    Metric Metric,
    KeptEpoch Keep,
    int Halving,
    DateTime StartedAt,
    DateTime? EndedAt,
    IReadOnlyList<TrialResult> Trials)
{
    /// <summary>The options that are swept.</summary>
    public IReadOnlyList<string> Swept => [.. Trials[0].Values.Select(value => value.Option)];

    /// <summary>The value that trials are compared by, in words.</summary>
    public string ValueName => $"test {Metric.Name} of the {(Keep == KeptEpoch.Best ? "best" : "last")} epoch";

    /// <summary>
    /// The trials with equal values but for their seed, from the best to the worst.
    /// </summary>
    public IReadOnlyList<SweepRow> Table() => SweepTable.Of(this);

    /// <summary>The best trial; null as long as no trial has a value.</summary>
    public TrialResult? Best() => Table()[0].Best;

    /// <summary>The seconds from the start to the end, or to now.</summary>
    public double Seconds(DateTime now) => ((EndedAt ?? now) - StartedAt).TotalSeconds;
}
