using System.Text.Json.Nodes;
using Mnist.Distributed.Reports.Pages;

namespace Mnist.Distributed.Dashboard.Runs;

/// <summary>Makes what the page gets of the run in a folder.</summary>
internal static class FolderNotes
{
    /// <summary>What a reader does not have yet.</summary>
    /// <param name="position">What the reader has.</param>
    /// <param name="run">The files of the run.</param>
    /// <returns>The notes, and what the reader has after them.</returns>
    public static (IReadOnlyList<object> Notes, FolderCursor Next) Since(FolderCursor position, RunFiles run)
    {
        // If there is less than the reader has, the files are written anew, and the reader gets
        // them from their start.
        var epochs = position.Epochs <= run.Epochs.Count ? position.Epochs : 0;
        var incidents = position.Incidents <= run.Incidents.Count ? position.Incidents : 0;
        var ended = run.IsRunning ? null : run.Text("status") ?? "unknown";
        List<object> notes = [];
        if (epochs < run.Epochs.Count)
        {
            notes.Add(NoteJson.Points(Points(run).Skip(epochs)));
            notes.AddRange(Epochs(run).Skip(epochs));
        }

        notes.AddRange(run.Incidents.Skip(incidents).Select(Incident));
        if (ended is not null && ended != position.Ended)
        {
            notes.Add(NoteJson.Ended(ended, run.Text("message")));
        }

        return (notes, new FolderCursor(run.Epochs.Count, run.Incidents.Count, ended));
    }

    private static IEnumerable<(long Step, double Loss, double Metric, double Speed, DateTime? At, double? Seconds)> Points(RunFiles run)
    {
        var steps = RunFiles.Number(run.Plan["steps_per_epoch"]);
        var field = run.Metric.Field("train");
        var seconds = 0.0;
        foreach (var (at, epoch) in run.Epochs.Index())
        {
            seconds += RunFiles.Number(epoch["seconds"]);
            yield return (
                (long)((at + 1) * steps), RunFiles.Number(epoch["train_loss"]), RunFiles.Number(epoch[field]), RunFiles.Number(epoch["images_per_second"]), null, seconds);
        }
    }

    private static IEnumerable<object> Epochs(RunFiles run)
    {
        var (train, test) = (run.Metric.Field("train"), run.Metric.Field("test"));
        return run.Epochs.Select((epoch, at) => NoteJson.Epoch(
            at + 1, RunFiles.Number(epoch["train_loss"]), RunFiles.Number(epoch[train]), RunFiles.Number(epoch["test_loss"]), RunFiles.Number(epoch[test])));
    }

    private static object Incident(JsonObject incident) => NoteJson.Incident(
        RunFiles.Number(incident["step"]),
        $"{incident["kind"]}",
        $"{incident["silo"]}",
        $"{incident["reason"]}",
        RunFiles.Number(incident["seconds"]),
        incident["at"] is JsonValue value && value.TryGetValue(out DateTime at) ? at : null);
}
