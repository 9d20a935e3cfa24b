using System.Globalization;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Grains.Hosting.Border;

namespace Mnist.Distributed.Coordinator.Output;

/// <summary>A run in words and numbers, for both kinds of terminal output.</summary>
internal static class RunText
{
    /// <summary>What is trained, and where.</summary>
    public static string Headline(RunIdentity run, IReadOnlyList<SiloReport> silos)
    {
        var plan = run.Plan;
        var place = run.Cluster is null ? "this process" : $"cluster {run.Cluster} ({Count(silos.Count, "silo")})";
        return Line($"Run {run.RunId}: {plan.Model} on {plan.Samples:N0} images of {plan.DataSet}, {Count(plan.Workers, "worker")}, ")
            + Line($"batch {plan.BatchSize}, {Count(plan.Epochs, "epoch")}, in {place}");
    }

    /// <summary>One line for an epoch.</summary>
    public static string Epoch(EpochMetrics m, int epochs) =>
        Line($"epoch {m.Epoch,2}/{epochs}  train loss {m.TrainLoss:F4}  accuracy {m.TrainAccuracy:P2}   ")
        + Line($"test loss {m.TestLoss:F4}  accuracy {m.TestAccuracy:P2}   {m.Seconds:F1} s  {m.ImagesPerSecond:N0} images/s");

    /// <summary>One line for something that happened to the cluster.</summary>
    public static string Incident(Incident incident)
    {
        var cost = incident.Seconds > 0 ? Line($" ({incident.Seconds:F2} s to the next step)") : "";
        return Line($"step {incident.Step:N0}: {Printable.Of(incident.Silo)} {Name(incident.Kind)}: {Printable.Of(incident.Reason)}{cost}");
    }

    /// <summary>The closing table.</summary>
    public static IEnumerable<(string Name, string Value)> Closing(RunSummary summary)
    {
        yield return ("run", summary.Run.RunId);
        yield return ("status", Ending(summary.Status, summary.Message));
        if (summary.Epochs.Count > 0)
        {
            var last = summary.Epochs[^1];
            var best = summary.Epochs.MaxBy(epoch => epoch.TestAccuracy)!;
            yield return ("test accuracy", Line($"{last.TestAccuracy:P2} (best {best.TestAccuracy:P2} in epoch {best.Epoch})"));
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
            yield return ("weights", $"sha256 {summary.WeightsSha256}");
        }
    }

    /// <summary>A status in lower case.</summary>
    public static string Name(RunStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>How a run ended, and why if that is known.</summary>
    public static string Ending(RunStatus status, string? message) =>
        message is null ? Name(status)
        : message.StartsWith(Name(status), StringComparison.Ordinal) ? Printable.Of(message)
        : $"{Name(status)}: {Printable.Of(message)}";

    /// <summary>A kind of incident as a verb.</summary>
    public static string Name(IncidentKind kind) => kind switch
    {
        IncidentKind.TakenOver => "takes over",
        IncidentKind.Refused => "is left out",
        _ => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>A number of things, as in "1 silo" or "3 silos".</summary>
    public static string Count(int number, string noun) => Line($"{number} {noun}{(number == 1 ? "" : "s")}");

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
