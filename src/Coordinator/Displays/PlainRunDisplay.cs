using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;

namespace Mnist.Distributed.Coordinator.Displays;

/// <summary>Prints plain lines, for logs and pipes.</summary>
internal sealed class PlainRunDisplay : IRunDisplay
{
    /// <inheritdoc />
    public async Task Show(RunIdentity run, string? folder, IAsyncEnumerable<RunEvent> events)
    {
        await foreach (var happened in events)
        {
            switch (happened)
            {
                case RunEvent.Started started:
                    Console.WriteLine(RunText.Headline(run.RunId, run.Plan, run.Cluster, started.Silos));
                    break;
                case RunEvent.Disturbed { Incident: var incident }:
                    Console.WriteLine(RunText.Incident(incident));
                    break;
                case RunEvent.EpochCompleted epoch:
                    Console.WriteLine(RunText.Epoch(epoch.Metrics, run.Plan.Epochs));
                    break;
            }
        }
    }

    /// <inheritdoc />
    public void Note(string sentence) => Console.WriteLine(sentence);

    /// <inheritdoc />
    public void Close(RunSummary summary) => RunText.Print(summary);
}
