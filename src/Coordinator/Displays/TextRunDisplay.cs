using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Displays;

/// <summary>
/// Prints a line for each epoch and the results at the end; on a terminal, also the progress, in a
/// line below.
/// </summary>
/// <param name="showsProgress">Whether to show the progress.</param>
internal sealed class TextRunDisplay(bool showsProgress) : IRunDisplay
{
    private ProgressLine? _progress;

    /// <inheritdoc />
    public async Task Show(RunIdentity run, string? folder, IAsyncEnumerable<RunEvent> events)
    {
        using var progress = showsProgress ? new ProgressLine() : null;
        _progress = progress;
        try
        {
            await foreach (var happened in events)
            {
                switch (happened)
                {
                    case RunEvent.Started started:
                        Print(RunText.Headline(run.RunId, run.Plan, run.Cluster, started.Silos, run.Process));
                        break;
                    case RunEvent.Progressed now:
                        progress?.Show(columns => ProgressText.Of(now, run.Plan, columns));
                        break;
                    case RunEvent.Disturbed { Incident: var incident }:
                        Print(RunText.Incident(incident));
                        break;
                    case RunEvent.EpochCompleted { Metrics: var metrics }:
                        Print(Screen.Columns is { } columns ? RunText.Epoch(metrics, run.Plan.Epochs, columns) : RunText.Epoch(metrics, run.Plan.Epochs));
                        break;
                }
            }
        }
        finally
        {
            _progress = null;
        }
    }

    /// <inheritdoc />
    public void Note(string sentence) => Print(sentence);

    /// <inheritdoc />
    public void Close(RunSummary summary) => RunText.Print(summary, Print);

    private void Print(string text)
    {
        if (_progress is { } progress)
        {
            progress.Above(() => Paragraph.Print(text));
        }
        else
        {
            Paragraph.Print(text);
        }
    }
}
