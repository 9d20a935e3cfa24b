using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// Derives the events that a watcher has not seen from the current state of the run, so no history
/// of events is kept.
/// </summary>
public static class RunWatch
{
    /// <summary>The events after <paramref name="cursor"/>.</summary>
    /// <param name="record">The record of the run.</param>
    /// <param name="progress">
    /// The progress of the run beyond its completed epochs; null when unknown.
    /// </param>
    /// <param name="cursor">The position of the watcher.</param>
    /// <param name="source">Identifies the activation that answers.</param>
    public static RunEventBatch EventsAfter(RunRecord record, RunProgress? progress, RunCursor cursor, string source)
    {
        var events = new List<RunEvent>();
        if (!cursor.Started && record.Status is not (RunStatus.Unknown or RunStatus.Queued))
        {
            events.Add(new RunEvent.Started(record.Silos));
            cursor = cursor with { Started = true };
        }

        foreach (var epoch in record.Epochs.Skip(cursor.Epochs))
        {
            events.Add(new RunEvent.EpochCompleted(epoch));
            cursor = cursor with { Epochs = cursor.Epochs + 1, Step = Math.Max(cursor.Step, (long)record.Plan!.StepsPerEpoch * epoch.Epoch) };
        }

        if (cursor.Source != source)
        {
            cursor = cursor with { Source = source, Incidents = 0 };
        }

        foreach (var incident in record.Incidents.Skip(cursor.Incidents))
        {
            events.Add(new RunEvent.Disturbed(incident));
            cursor = cursor with { Incidents = cursor.Incidents + 1 };
        }

        // After a fall back, the points after that step are drawn again.
        var charted = Math.Min(cursor.Charted, record.Curves.Last.Step);
        if (record.Curves.Points.FindLastIndex(point => point.Step <= charted) + 1 is var first && first < record.Curves.Points.Count)
        {
            events.Add(new RunEvent.Charted(record.Curves.Points[first..]));
            cursor = cursor with { Charted = record.Curves.Points[^1].Step };
        }

        if (progress is not null && progress.Step > cursor.Step)
        {
            events.Add(new RunEvent.Progressed(
                record.Epochs.Count + 1,
                progress.Totals.Steps,
                progress.Totals.Loss,
                progress.Totals.Metric,
                progress.ImagesPerSecond,
                record.Plan!.Metric,
                progress.Silos));
            cursor = cursor with { Step = progress.Step };
        }

        if (!cursor.Ended && record.Status is RunStatus.Completed or RunStatus.Stopped or RunStatus.Failed or RunStatus.Interrupted)
        {
            events.Add(new RunEvent.Ended(record.Status, record.Message));
            cursor = cursor with { Ended = true };
        }

        return new RunEventBatch(cursor, events);
    }
}

/// <summary>The progress of a run.</summary>
/// <param name="Step">Number of committed steps since the start of the run.</param>
/// <param name="Totals">Totals of the epoch in progress.</param>
/// <param name="ImagesPerSecond">Training samples per second in this epoch.</param>
/// <param name="Silos">How fast the silos are; null if it is not known.</param>
public sealed record RunProgress(long Step, EpochTotals Totals, double ImagesPerSecond, IReadOnlyList<SiloPace>? Silos = null);
