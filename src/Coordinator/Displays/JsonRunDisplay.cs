using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Displays;

/// <summary>
/// One JSON object a line, told apart by <c>event</c>; sentences for people go to standard error.
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
                    Json.Print(new
                    {
                        Event = "progress",
                        progress.Epoch,
                        progress.Step,
                        TrainLoss = progress.Loss,
                        TrainAccuracy = progress.Accuracy,
                        progress.ImagesPerSecond,
                    });
                    break;
                case RunEvent.Disturbed { Incident: var i }:
                    Json.Print(new { Event = "incident", i.Step, i.Kind, i.Silo, i.Reason, i.Seconds });
                    break;
                case RunEvent.EpochCompleted { Metrics: var m }:
                    Json.Print(new
                    {
                        Event = "epoch",
                        m.Epoch,
                        m.Steps,
                        m.TrainLoss,
                        m.TrainAccuracy,
                        m.TestLoss,
                        m.TestAccuracy,
                        m.Seconds,
                        m.ImagesPerSecond,
                    });
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
        summary.WeightsSha256,
    });
}
