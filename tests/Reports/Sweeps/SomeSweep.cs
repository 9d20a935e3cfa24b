using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Reports.Sweeps;

namespace Mnist.Distributed.Tests.Reports.Sweeps;

/// <summary>Sweeps with chosen values.</summary>
internal static class SomeSweep
{
    private static readonly Metric Error = new("error", HigherIsBetter: false, IsShare: false);

    /// <summary>A sweep of trials; the test metric of each epoch is given.</summary>
    public static SweepResults Of(params TrialResult[] trials) => new(
        "s", RunStatus.Completed, null, "mnist sweep --lr 1,2", trials[0].Epochs.Count > 0 ? trials[0].Epochs[0].Metric : Metric.Accuracy, KeptEpoch.Last, 0,
        new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), new DateTime(2026, 1, 2, 3, 4, 15, DateTimeKind.Utc), [.. trials.Select((trial, at) => trial with { Number = at + 1, RunId = $"s-{at + 1:D3}" })]);

    /// <summary>A trial with values such as <c>--lr 1 --seed 0</c>.</summary>
    public static TrialResult Trial(string values, TrialStatus status, params double[] metrics) => Trial(values, status, Metric.Accuracy, metrics);

    /// <summary>A trial whose metric is better if it is lower.</summary>
    public static TrialResult OfError(string values, TrialStatus status, params double[] metrics) => Trial(values, status, Error, metrics);

    private static TrialResult Trial(string values, TrialStatus status, Metric metric, double[] metrics) => new(
        0,
        "",
        [.. values.Split(' ').Chunk(2).Select(pair => new SweptValue(pair[0], pair[1]))],
        $"mnist train {values}",
        status,
        status == TrialStatus.Failed ? "the loss is no number" : null,
        [.. metrics.Select((value, at) => new EpochMetrics(at + 1, 10, 2.5 - at, 0.25, 2.25 - at, value, 0.5, 600, metric))],
        status == TrialStatus.Completed ? new string('a', 64) : null);
}
