using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Dashboard.Runs;

/// <summary>Makes what the page gets of what happens in a run.</summary>
internal static class NoteJson
{
    /// <summary>An event of a run on a cluster.</summary>
    public static object Of(RunEvent happened) => happened switch
    {
        RunEvent.Started started => new { Kind = "started", Silos = started.Silos.Select(silo => silo.Name) },
        RunEvent.Charted charted => Points(charted.Points.Select(point => (
            point.Step, (double)point.Loss, (double)point.MetricValue, (double)point.ImagesPerSecond, (DateTime?)point.At, (double?)null))),
        RunEvent.Progressed now => new
        {
            Kind = "progress",
            now.Epoch,
            now.Step,
            now.Loss,
            Metric = now.MetricValue,
            now.ImagesPerSecond,
            now.Silos,
        },
        RunEvent.EpochCompleted { Metrics: var epoch } => Epoch(epoch.Epoch, epoch.TrainLoss, epoch.TrainMetric, epoch.TestLoss, epoch.TestMetric),
        RunEvent.Disturbed { Incident: var incident } => Incident(incident.Step, SnakeCase.Of(incident.Kind), incident.Silo, incident.Reason, incident.Seconds, incident.At),
        RunEvent.Ended ended => Ended(SnakeCase.Of(ended.Status), ended.Message),
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "There is no such kind of event."),
    };

    /// <summary>
    /// Points of the curves: step, loss, metric, images per second, time in ms since 1970, seconds
    /// of training.
    /// </summary>
    public static object Points(IEnumerable<(long Step, double Loss, double Metric, double Speed, DateTime? At, double? Seconds)> points) => new
    {
        Kind = "points",
        Points = points.Select(point => new double?[]
        {
            point.Step,
            Finite(point.Loss),
            Finite(point.Metric),
            Finite(point.Speed),
            point.At is { } at ? new DateTimeOffset(at, TimeSpan.Zero).ToUnixTimeMilliseconds() : null,
            point.Seconds is { } seconds ? Finite(seconds) : null,
        }),
    };

    /// <summary>The results of an epoch.</summary>
    public static object Epoch(int epoch, double trainLoss, double trainMetric, double testLoss, double testMetric) => new
    {
        Kind = "epoch",
        Epoch = epoch,
        TrainLoss = Finite(trainLoss),
        TrainMetric = Finite(trainMetric),
        TestLoss = Finite(testLoss),
        TestMetric = Finite(testMetric),
    };

    /// <summary>An incident.</summary>
    public static object Incident(double step, string kind, string silo, string reason, double seconds, DateTime? at) => new
    {
        Kind = "incident",
        Step = step,
        What = kind,
        IsFault = IncidentKinds.IsDisturbance(kind),
        Silo = silo,
        Reason = reason,
        Seconds = Finite(seconds),
        At = at,
    };

    /// <summary>The end of a run.</summary>
    public static object Ended(string status, string? message) => new { Kind = "ended", Status = status, Message = message };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
