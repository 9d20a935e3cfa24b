using Mnist.Distributed.Contracts.Sweeps;

namespace Mnist.Distributed.Reports.Sweeps;

/// <summary>Trials of a sweep with equal values, but for their seed.</summary>
/// <param name="Place">Its place from 1; 0 without a value.</param>
/// <param name="Values">The values of the swept options, without the seed.</param>
/// <param name="Count">Number of trials that the statistics are about.</param>
/// <param name="Mean">Mean of their values; NaN without any.</param>
/// <param name="Deviation">Sample standard deviation; NaN with fewer than two.</param>
/// <param name="Low">The lowest value.</param>
/// <param name="High">The highest value.</param>
/// <param name="Best">The best trial; null if none has a value.</param>
/// <param name="Trials">All trials of the row, in their order.</param>
public sealed record SweepRow(
    int Place,
    IReadOnlyList<SweptValue> Values,
    int Count,
    double Mean,
    double Deviation,
    double Low,
    double High,
    TrialResult? Best,
    IReadOnlyList<TrialResult> Trials)
{
    /// <summary>The states of the trials in words, such as <c>3 completed, 2 failed</c>.</summary>
    public string StatusText => Trials.Count == 1
        ? Trials[0].StatusText
        : string.Join(", ", Trials.GroupBy(trial => trial.StatusText).Select(group => FormattableString.Invariant($"{group.Count()} {group.Key}")));
}

/// <summary>
/// Ranks the trials of a sweep. Trials that differ only in their seed are one row, with mean and
/// spread of those that have got furthest. Rows that have got further come first, because a value
/// of an early epoch cannot be compared with one of the end. Rows without a value come last.
/// </summary>
public static class SweepTable
{
    private const string Seed = "--seed";

    /// <summary>The table of a sweep.</summary>
    public static IReadOnlyList<SweepRow> Of(SweepResults sweep)
    {
        var rows = sweep.Trials
            .GroupBy(trial => string.Join('\n', Shared(trial).Select(value => value.Value)))
            .Select(group => Row(sweep, [.. group]))
            .OrderBy(row => double.IsNaN(row.Mean))
            .ThenByDescending(row => row.Trials.Max(trial => trial.Stage))
            .ThenBy(row => sweep.Metric.HigherIsBetter ? -row.Mean : row.Mean)
            .ThenBy(row => row.Trials[0].Number);
        return [.. rows.Select((row, at) => row with { Place = double.IsNaN(row.Mean) ? 0 : at + 1 })];
    }

    private static IEnumerable<SweptValue> Shared(TrialResult trial) => trial.Values.Where(value => value.Option != Seed);

    private static SweepRow Row(SweepResults sweep, TrialResult[] trials)
    {
        var stage = trials.Max(trial => trial.Stage);
        var compared = trials.Where(trial => trial.Stage == stage && !double.IsNaN(trial.Value(sweep.Keep))).ToArray();
        var values = compared.Select(trial => trial.Value(sweep.Keep)).ToArray();
        var mean = values.Length == 0 ? double.NaN : values.Average();
        return new SweepRow(
            0,
            [.. Shared(trials[0])],
            values.Length,
            mean,
            values.Length < 2 ? double.NaN : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)),
            values.Length == 0 ? double.NaN : values.Min(),
            values.Length == 0 ? double.NaN : values.Max(),
            compared.OrderBy(trial => sweep.Metric.HigherIsBetter ? -trial.Value(sweep.Keep) : trial.Value(sweep.Keep)).ThenBy(trial => trial.Number).FirstOrDefault(),
            trials);
    }
}
