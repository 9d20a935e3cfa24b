using System.Globalization;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>What differs between runs.</summary>
/// <param name="runs">The runs; at least two.</param>
internal sealed class RunComparison(IReadOnlyList<ComparedRun> runs)
{
    /// <summary>How many letters of a digest a table shows. The JSON has all.</summary>
    private const int DigestLetters = 12;

    /// <summary>They follow from other values of the plan.</summary>
    private static readonly string[] Derived = ["steps_per_epoch", "total_steps"];

    /// <summary>The values of the plans that differ.</summary>
    public IReadOnlyList<(string Field, IReadOnlyList<string?> Values)> Plan { get; } =
        [.. JsonFields.Differences([.. runs.Select(run => run.Run.Plan is { } plan ? JsonFields.Of(plan) : new Dictionary<string, string>())]).Where(row => !Derived.Contains(row.Field))];

    /// <summary>The options that differ, among runs whose options are known.</summary>
    public IReadOnlyList<(string Field, IReadOnlyList<string?> Values)> Options { get; } =
        runs.All(run => run.Options.Count > 0) ? JsonFields.Differences([.. runs.Select(run => run.Options)]) : [];

    /// <summary>The results, equal or not.</summary>
    public IReadOnlyList<(string Field, IReadOnlyList<string?> Values)> Results { get; } =
    [
        Row(runs, "status", run => RunText.Name(run.Run.Status)),
        Row(runs, "epochs", run => run.Run.Epochs.Count.ToString(CultureInfo.InvariantCulture)),
        Row(runs, "test result", run => run.Run.Last is { } last ? $"{run.Run.Metric.Name} {MetricText.Of(run.Run.Metric, last.TestMetric)}" : null),
        Row(runs, "best result", run => run.Run.Best is { } best ? $"{MetricText.Of(run.Run.Metric, best.TestMetric)} (epoch {best.Epoch})" : null),
        Row(runs, "test loss", run => run.Run.Last?.TestLoss.ToString("F4", CultureInfo.InvariantCulture)),
        Row(runs, "train loss", run => run.Run.Last?.TrainLoss.ToString("F4", CultureInfo.InvariantCulture)),
        Row(runs, "training time", run => ShortTime.Of(TimeSpan.FromSeconds(run.Run.Epochs.Sum(epoch => epoch.Seconds)))),
        Row(runs, "weights", run => run.Weights?[..DigestLetters]),
    ];

    /// <summary>
    /// Whether all runs have the same weights; null if the weights of one are not known.
    /// </summary>
    public bool? HasEqualWeights { get; } = runs.Any(run => run.Weights is null) ? null : runs.Select(run => run.Weights).Distinct().Count() == 1;

    /// <summary>The first run compared with each other one, step by step.</summary>
    public IReadOnlyList<SteppedComparison> Steps { get; } = [.. runs.Skip(1).Select(other => Compare(runs[0], other))];

    private static (string Field, IReadOnlyList<string?> Values) Row(IReadOnlyList<ComparedRun> runs, string field, Func<ComparedRun, string?> value) => (field, [.. runs.Select(value)]);

    private static SteppedComparison Compare(ComparedRun one, ComparedRun other)
    {
        ComparedRun[] both = [one, other];
        return both.FirstOrDefault(run => run.Hashes is null) is { } lost ? new(one.Run.RunId, other.Run.RunId, null, $"the ledger of {lost.Run.RunId} cannot be had ({lost.Problem?.TrimEnd('.')})")
            : both.FirstOrDefault(run => run.Hashes!.Count == 0) is { } without ? new(one.Run.RunId, other.Run.RunId, null, $"the ledger of {without.Run.RunId} has no hashes, because --hash-every was 0 or no step is done")
            : new(one.Run.RunId, other.Run.RunId, HashComparison.Of(one.Hashes!, other.Hashes!), null);
    }
}

/// <summary>Two runs, compared step by step.</summary>
/// <param name="RunId">One run.</param>
/// <param name="Other">The other run.</param>
/// <param name="Hashes">The result; null if a ledger lacks what is needed.</param>
/// <param name="Problem">What is lacking; null if nothing is.</param>
internal sealed record SteppedComparison(string RunId, string Other, HashComparison? Hashes, string? Problem)
{
    /// <summary>The result in a sentence.</summary>
    public string Text => $"{RunId} and {Other}: {Hashes?.Text ?? Problem}.";
}
