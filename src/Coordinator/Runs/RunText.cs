using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>Describes a run in words and numbers, for both kinds of terminal output.</summary>
internal static class RunText
{
    /// <summary>The plan of a run and the place of the training, in one line.</summary>
    public static string Headline(string runId, TrainingPlan plan, string? cluster, IReadOnlyList<SiloReport> silos, int? process = null)
    {
        var place = process is { } pid ? $"process {pid}" : cluster is null ? "this process" : silos.Count == 0 ? $"cluster {cluster}" : $"cluster {cluster} ({Quantity.Of(silos.Count, "silo")})";
        return Printable.Of(Line($"Run {runId}: {plan.Model} on {plan.Samples:N0} images of {plan.DataSet}, {Quantity.Of(plan.Workers, "worker")}, ")
            + Line($"batch {plan.BatchSize}, {Quantity.Of(plan.Epochs, "epoch")}{Update(plan)}, in {place}"));
    }

    /// <summary>What a plan names beside the recipe's, each after a comma.</summary>
    private static string Update(TrainingPlan plan)
    {
        var recipe = new TrainingPlan();
        string[] parts =
        [
            plan.Task == recipe.Task ? "" : $"task {plan.Task}",
            plan.Loss == recipe.Loss ? "" : $"loss {plan.Loss}",
            plan.Teacher is null ? "" : $"teacher {plan.Teacher}",
            plan.Optimizer == recipe.Optimizer ? "" : plan.Optimizer,
            plan.Schedule == recipe.Schedule ? "" : $"{plan.Schedule} schedule",
            plan.WarmupSteps == 0 ? "" : Line($"warm-up of {Quantity.Of(plan.WarmupSteps, "step")}"),
            plan.ClipValue is { } value ? Line($"values clipped to {value}") : "",
            plan.ClipNorm is { } norm ? Line($"norm clipped to {norm}") : "",
            plan.Ema is { } decay ? Line($"weights averaged with decay {decay}") : "",
        ];
        return string.Concat(parts.Where(part => part.Length > 0).Select(part => $", {part}"));
    }

    /// <summary>One line for an epoch.</summary>
    public static string Epoch(EpochMetrics m, int epochs) =>
        Line($"epoch {m.Epoch,2}/{epochs}  train loss {m.TrainLoss:F4}  {m.Metric.Name} {MetricText.OfTraining(m.Metric, m.TrainMetric, 2)}   ")
        + Line($"test loss {m.TestLoss:F4}  {m.Metric.Name} {MetricText.Of(m.Metric, m.TestMetric)}   {m.Seconds:F1} s  {m.ImagesPerSecond:N0} images/s");

    /// <summary>
    /// One line for an epoch, in the longest form that fits the given number of columns.
    /// </summary>
    public static string Epoch(EpochMetrics m, int epochs, int columns)
    {
        var line = Epoch(m, epochs);
        return line.Length < columns ? line
            : Line($"epoch {m.Epoch,2}/{epochs}  train {m.TrainLoss:F4} {MetricText.OfTraining(m.Metric, m.TrainMetric, 1)}  test {m.TestLoss:F4} {MetricText.Of(m.Metric, m.TestMetric, 1)}  {m.Seconds:F1} s") is var shorter && shorter.Length < columns ? shorter
            : Line($"epoch {m.Epoch,2}/{epochs}  test {m.TestLoss:F4} {MetricText.Of(m.Metric, m.TestMetric, 1)}");
    }

    /// <summary>One line for an incident.</summary>
    public static string Incident(Incident incident)
    {
        var cost = incident.Seconds > 0 ? Line($" ({incident.Seconds:F2} s to the next step)") : "";
        return Line($"step {incident.Step:N0}: {Printable.Of(incident.Silo)} {Name(incident.Kind)}: {Printable.Of(incident.Reason)}{cost}");
    }

    /// <summary>Prints how a run ended, with one value per line.</summary>
    public static void Print(RunSummary summary, Action<string> print)
    {
        foreach (var (name, value) in Closing(summary))
        {
            print($"{name}: {value}");
        }
    }

    /// <summary>How a run ended, as names and values.</summary>
    private static IEnumerable<(string Name, string Value)> Closing(RunSummary summary)
    {
        yield return ("run", summary.Run.RunId);
        yield return ("status", Ending(summary.Ending.Status, summary.Ending.Message));
        if (summary.Epochs.Count > 0)
        {
            var last = summary.Epochs[^1];
            var metric = last.Metric;
            var best = summary.Epochs[BestEpoch.Of(metric, [.. summary.Epochs.Select(epoch => epoch.TestMetric)]) - 1];
            yield return ($"test {metric.Name}", Line($"{MetricText.Of(metric, last.TestMetric)} (best {MetricText.Of(metric, best.TestMetric)} in epoch {best.Epoch})"));
            yield return ("test loss", Line($"{last.TestLoss:F4}"));
            yield return ("train loss", Line($"{last.TrainLoss:F4}"));
            yield return ("images/s", Line($"{summary.Epochs.Average(epoch => epoch.ImagesPerSecond):N0}"));
        }

        yield return ("time", Line($"{summary.Elapsed.TotalSeconds:F1} s"));
        if (summary.Folder is not null)
        {
            yield return ("results", summary.Folder);
        }

        if (summary.WeightsSha256 is not null)
        {
            if (summary.Weights is { } weights && Kept(weights, summary.Epochs.Count) is { } kept)
            {
                yield return ("kept", kept);
            }

            yield return ("weights", $"sha256 {summary.WeightsSha256}");
        }
    }

    /// <summary>
    /// Which weights are the result of a run; null when they are simply the last ones.
    /// </summary>
    /// <param name="weights">The weights.</param>
    /// <param name="epochs">Number of completed epochs.</param>
    public static string? Kept(RunWeights weights, int epochs) => weights is { IsBest: true, Epoch: { } epoch } ? Kept(epoch, epochs) : null;

    /// <summary>The weights of the best epoch, in words.</summary>
    /// <param name="epoch">The 1-based epoch.</param>
    /// <param name="epochs">Number of completed epochs.</param>
    public static string Kept(int epoch, int epochs) => Line($"weights of epoch {epoch}, the best of {epochs}");

    /// <summary>A status in lower case.</summary>
    public static string Name(RunStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>How a run ended, with the reason if it is known.</summary>
    public static string Ending(RunStatus status, string? message) =>
        message is null ? Name(status)
        : message.StartsWith(Name(status), StringComparison.Ordinal) ? Printable.Of(message, Printable.Sentence)
        : $"{Name(status)}: {Printable.Of(message, Printable.Sentence)}";

    /// <summary>A verb for a kind of incident.</summary>
    public static string Name(IncidentKind kind) => kind switch
    {
        IncidentKind.TakenOver => "takes over",
        IncidentKind.Refused => "is left out",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
