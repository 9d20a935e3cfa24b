using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;
using Spectre.Console;

namespace Mnist.Distributed.Coordinator.Displays;

/// <summary>
/// Shows a progress bar for the whole run, one line for each epoch above it, and the results at the
/// end. All of it fits the width of the terminal.
/// </summary>
internal sealed class LiveRunDisplay(IAnsiConsole console) : IRunDisplay
{
    /// <summary>
    /// Columns of the bar's line that belong neither to the bar nor to the description.
    /// </summary>
    private const int Surroundings = 22;

    private const int WidestBar = 30;
    private const int NarrowestBar = 8;

    /// <inheritdoc />
    public Task Show(RunIdentity run, string? folder, IAsyncEnumerable<RunEvent> events) => console
        .Progress()
        .AutoClear(true)
        .Columns(Columns(run))
        .StartAsync(async progress =>
        {
            var bar = progress.AddTask("starting", maxValue: run.Plan.TotalSteps);
            await foreach (var happened in events)
            {
                switch (happened)
                {
                    case RunEvent.Started started:
                        WriteAbove(RunText.Headline(run.RunId, run.Plan, run.Cluster, started.Silos));
                        break;
                    case RunEvent.Progressed p:
                        bar.Value = ((long)(p.Epoch - 1) * run.Plan.StepsPerEpoch) + p.Step;
                        bar.Description = RunText.Progress(p, run.Plan.Epochs, console.Profile.Width - Surroundings - NarrowestBar);
                        break;
                    case RunEvent.Disturbed { Incident: var incident }:
                        WriteAbove(RunText.Incident(incident));
                        break;
                    case RunEvent.EpochCompleted epoch:
                        bar.Value = (long)epoch.Metrics.Epoch * run.Plan.StepsPerEpoch;
                        WriteAbove(RunText.Epoch(epoch.Metrics, run.Plan.Epochs, console.Profile.Width));
                        break;
                }
            }
        });

    /// <inheritdoc />
    public void Note(string sentence) => WriteAbove(sentence);

    /// <inheritdoc />
    public void Close(RunSummary summary) => RunText.Print(summary);

    /// <summary>
    /// Writes a text above the bar. Each line is padded to the width of the terminal, because the
    /// console does not erase the old content of the line.
    /// </summary>
    private void WriteAbove(string text)
    {
        var width = Math.Max(1, console.Profile.Width - 1);
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                console.WriteLine(line.PadRight(width));
                line = word;
            }
            else
            {
                line = line.Length > 0 ? $"{line} {word}" : word;
            }
        }

        console.WriteLine(line.PadRight(width));
    }

    private ProgressColumn[] Columns(RunIdentity run)
    {
        // The widest description of the run; the bar gets the columns that this description leaves.
        var description = RunText.Progress(new RunEvent.Progressed(run.Plan.Epochs, 0, 9, 1, 999_999, run.Plan.Metric), run.Plan.Epochs, console.Profile.Width - Surroundings - NarrowestBar);
        var left = console.Profile.Width - Surroundings - description.Length;
        ProgressColumn[] bar = left < NarrowestBar ? [] : [new ProgressBarColumn { Width = Math.Min(WidestBar, left) }];
        return
        [
            new SpinnerColumn(),
            .. bar,
            new PercentageColumn(),
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new RemainingTimeColumn(),
        ];
    }
}
