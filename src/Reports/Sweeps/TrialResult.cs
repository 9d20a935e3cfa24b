using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.Sweeps;

namespace Mnist.Distributed.Reports.Sweeps;

/// <summary>What a trial of a sweep has brought so far.</summary>
/// <param name="Number">Its number in the sweep, from 1.</param>
/// <param name="RunId">The id of its run.</param>
/// <param name="Values">The values of the options that are swept.</param>
/// <param name="Command">The command that trains the same alone.</param>
/// <param name="Status">Its status.</param>
/// <param name="Message">Why it has failed; null if it has not.</param>
/// <param name="Epochs">Metrics of the completed epochs.</param>
/// <param name="WeightsSha256">SHA-256 of its file of weights; null if it is not known.</param>
public sealed record TrialResult(
    int Number,
    string RunId,
    IReadOnlyList<SweptValue> Values,
    string Command,
    TrialStatus Status,
    string? Message,
    IReadOnlyList<EpochMetrics> Epochs,
    string? WeightsSha256)
{
    /// <summary>
    /// How far the trial has got. Only values of one stage can be compared: the metric of an early
    /// epoch says little about the end.
    /// </summary>
    public int Stage => Status switch
    {
        TrialStatus.Failed => -1,
        TrialStatus.Completed => int.MaxValue,
        _ => Epochs.Count,
    };

    /// <summary>The value of an option.</summary>
    public string this[string option] => Values.First(value => value.Option == option).Value;

    /// <summary>
    /// The test metric of the trial; NaN if there is none, or the trial has failed.
    /// </summary>
    /// <param name="keep">Whether it is that of the last epoch, or of the best one.</param>
    public double Value(KeptEpoch keep) =>
        Status == TrialStatus.Failed || Epochs.Count == 0 ? double.NaN
        : keep == KeptEpoch.Best ? Epochs[BestEpochNumber - 1].TestMetric
        : Epochs[^1].TestMetric;

    /// <summary>The 1-based epoch with the best test metric; 0 before the first one.</summary>
    public int BestEpochNumber => Epochs.Count == 0 ? 0 : BestEpoch.Of(Epochs[0].Metric, [.. Epochs.Select(epoch => epoch.TestMetric)]);

    /// <summary>The status in words, such as <c>dropped after epoch 3</c>.</summary>
    public string StatusText => Status switch
    {
        TrialStatus.Dropped => FormattableString.Invariant($"dropped after epoch {Epochs.Count}"),
        TrialStatus.AtRung => FormattableString.Invariant($"waits after epoch {Epochs.Count}"),
        TrialStatus.Running => FormattableString.Invariant($"running after epoch {Epochs.Count}"),
        _ => Status.ToString().ToLowerInvariant(),
    };
}
