using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using static Mnist.Distributed.Coordinator.Terminal.FittedTable;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>The columns of a list of runs.</summary>
internal static class RunColumns
{
    /// <summary>A longer name would take the place of other columns, so it is cut.</summary>
    private const int NameLetters = 20;

    /// <summary>The columns, in their order. The most important ones have low ranks.</summary>
    /// <param name="runs">The runs of the list.</param>
    /// <param name="now">The time (UTC).</param>
    public static IReadOnlyList<TableColumn<KnownRun>> Of(IReadOnlyList<KnownRun> runs, DateTime now)
    {
        string[] metrics = [.. runs.Where(run => run.Best is not null).Select(run => run.Metric.Name).Distinct()];
        return
        [
            new("run", 0, run => run.RunId),
            new("name", 2, run => run.Labels.Name is { } name ? Printable.Of(name, NameLetters) : Nothing),
            new("state", 1, run => RunText.Name(run.Status)),
            Planned("model", 4, "model"),
            Planned("loss", 8, "loss"),
            Planned("optimizer", 9, "optimizer"),
            Planned("rate", 10, "learning_rate", isRight: true),
            Planned("workers", 11, "workers", isRight: true),
            Planned("seed", 12, "seed", isRight: true),
            new("epochs", 5, run => run.Planned("epochs") is { } epochs ? $"{run.Epochs.Count}/{epochs}" : Nothing, IsRight: true),
            metrics is [var metric]
                ? new(metric, 3, run => run.Best is { } best ? MetricText.Of(run.Metric, best.TestMetric) : Nothing, IsRight: true)
                : new("best", 3, run => run.Best is { } best ? $"{run.Metric.Name} {MetricText.Of(run.Metric, best.TestMetric)}" : Nothing),
            new("test loss", 15, run => run.Last is { } last ? last.TestLoss.ToString("F4", CultureInfo.InvariantCulture) : Nothing, IsRight: true),
            new("duration", 7, run => run.Duration(now) is { } span ? ShortTime.Of(span) : Nothing, IsRight: true),
            new("age", 6, run => run.StartedAt is { } start ? ShortTime.Ago(now - start) : Nothing, IsRight: true),
            new("tags", 13, run => run.Labels.Tags.Count > 0 ? string.Join(',', run.Labels.Tags) : Nothing),
            new("cluster", 14, run => run.ClusterName ?? Nothing),
            Planned("data set", 16, "data_set"),
            new("folder", 17, run => run.Folder ?? Nothing),
        ];

        static TableColumn<KnownRun> Planned(string header, int rank, string field, bool isRight = false) => new(header, rank, run => run.Planned(field) ?? Nothing, isRight);
    }

    /// <summary>All that is known of a run, for JSON.</summary>
    /// <param name="run">The run.</param>
    /// <param name="now">The time (UTC).</param>
    public static Dictionary<string, object?> Json(KnownRun run, DateTime now) => new()
    {
        ["run_id"] = run.RunId,
        ["name"] = run.Labels.Name,
        ["status"] = run.Status,
        ["message"] = run.Message,
        ["model"] = run.Planned("model"),
        ["data_set"] = run.Planned("data_set"),
        ["epochs"] = run.Epochs.Count,
        [run.Metric.Field("test")] = run.Last?.TestMetric,
        [run.Metric.Field("best")] = run.Best?.TestMetric,
        ["best_epoch"] = run.Best?.Epoch,
        ["test_loss"] = run.Last?.TestLoss,
        ["train_loss"] = run.Last?.TrainLoss,
        ["started_at"] = run.StartedAt,
        ["ended_at"] = run.EndedAt,
        ["seconds"] = run.Duration(now)?.TotalSeconds,
        ["training_seconds"] = run.Epochs.Sum(epoch => epoch.Seconds),
        ["tags"] = run.Labels.Tags,
        ["notes"] = run.Labels.Notes,
        ["sweep"] = run.Labels.Sweep,
        ["cluster"] = run.ClusterName,
        ["folder"] = run.Folder,
        ["weights_sha256"] = run.WeightsSha256,
        ["plan"] = run.Plan,
    };
}
