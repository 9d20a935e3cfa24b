using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Reports.Sweeps;

namespace Mnist.Distributed.Coordinator.Sweeps;

/// <summary>The content of <c>sweep.json</c>: all that is known of a sweep.</summary>
internal static class SweepDocument
{
    /// <summary>The document.</summary>
    /// <param name="sweep">What the sweep has brought.</param>
    /// <param name="cluster">The cluster of the sweep; null for this process.</param>
    /// <param name="data">The data sets of its trials.</param>
    public static string Of(SweepResults sweep, string? cluster, IReadOnlyList<SweepDataSet> data) => Json.ToDocument(new
    {
        sweep.SweepId,
        sweep.Status,
        sweep.Message,
        sweep.Command,
        Cluster = cluster,
        sweep.Metric,
        sweep.Keep,
        Value = sweep.ValueName,
        sweep.Halving,
        sweep.StartedAt,
        sweep.EndedAt,
        Swept = sweep.Swept.Select(Name),
        BestTrial = sweep.Best()?.Number,
        BestCommand = sweep.Best()?.Command,
        Environment = RunEnvironment.Values,
        Data = data.Select(one => one.Document),

        // A reader that finds "running" here can check by this entry whether the process still
        // exists.
        Process = sweep.Status == RunStatus.Running && cluster is null ? ProcessIdentity.Own : null,
        Table = sweep.Table().Select(row => new
        {
            row.Place,
            Values = Values(row.Values),
            row.Count,
            row.Mean,
            row.Deviation,
            Lowest = row.Low,
            Highest = row.High,
            BestTrial = row.Best?.Number,
            Trials = row.Trials.Select(trial => trial.Number),
            Status = row.StatusText,
        }),
        Trials = sweep.Trials.Select(trial => new
        {
            Trial = trial.Number,
            trial.RunId,
            Values = Values(trial.Values),
            trial.Status,
            trial.Message,
            Value = trial.Value(sweep.Keep),
            trial.WeightsSha256,
            trial.Command,
            Epochs = trial.Epochs.Select(epoch => MetricText.Json(epoch)),
        }),
    });

    /// <summary>The values of options, by the names of the options without dashes.</summary>
    public static IReadOnlyDictionary<string, string> Values(IEnumerable<SweptValue> values) => values.ToDictionary(value => Name(value.Option), value => value.Value);

    private static string Name(string option) => option.TrimStart('-');
}
