using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Displays;

/// <summary>
/// Prints one JSON object per line; its field <c>event</c> tells the kind. Sentences for people go
/// to standard error.
/// </summary>
internal sealed class JsonRunDisplay : IRunDisplay
{
    /// <inheritdoc />
    public async Task Show(RunIdentity run, string? folder, IAsyncEnumerable<RunEvent> events)
    {
        await foreach (var happened in events)
        {
            switch (happened)
            {
                case RunEvent.Started started:
                    Json.Print(new
                    {
                        Event = "run",
                        run.RunId,
                        run.Plan,
                        run.Cluster,
                        Silos = started.Silos.Select(silo => new { Silo = silo.Name, silo.Address }),
                        Out = folder,
                    });
                    break;
                case RunEvent.Progressed progress:
                    Json.Print(new Dictionary<string, object?>
                    {
                        ["event"] = "progress",
                        ["epoch"] = progress.Epoch,
                        ["step"] = progress.Step,
                        ["train_loss"] = progress.Loss,
                        [progress.Metric.Field("train")] = MetricText.OfTraining(progress.Metric, progress.MetricValue),
                        ["images_per_second"] = progress.ImagesPerSecond,
                    });
                    break;
                case RunEvent.Disturbed { Incident: var i }:
                    Json.Print(new { Event = "incident", i.Step, i.Kind, i.Silo, i.Reason, i.Seconds, i.At });
                    break;
                case RunEvent.EpochCompleted { Metrics: var m }:
                    Json.Print(MetricText.Json(m, "epoch"));
                    break;
            }
        }
    }

    /// <inheritdoc />
    public void Note(string sentence) => Console.Error.WriteLine(sentence);

    /// <inheritdoc />
    public void Close(RunSummary summary) => Json.Print(new
    {
        Event = "done",
        summary.Run.RunId,
        summary.Ending.Status,
        summary.Ending.Message,
        Seconds = summary.Elapsed.TotalSeconds,
        Out = summary.Folder,
        WeightsEpoch = summary.WeightsSha256 is null ? null : summary.Weights?.Epoch,
        Kept = summary.WeightsSha256 is null || summary.Weights is null ? null : RunText.Kept(summary.Weights, summary.Epochs.Count),
        summary.WeightsSha256,
    });
}
