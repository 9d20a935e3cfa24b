using System.Globalization;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;
using Spectre.Console;

namespace Mnist.Distributed.Coordinator.Output;

/// <summary>A progress bar over the whole run, a line an epoch above it and a table at the end.</summary>
internal sealed class LiveRunDisplay(IAnsiConsole console) : IRunDisplay
{
    /// <inheritdoc />
    public Task Show(RunIdentity run, string? folder, IAsyncEnumerable<RunEvent> events) => console
        .Progress()
        .AutoClear(true)
        .Columns(
            new SpinnerColumn(),
            new ProgressBarColumn { Width = 30 },
            new PercentageColumn(),
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new RemainingTimeColumn())
        .StartAsync(async progress =>
        {
            var bar = progress.AddTask("starting", maxValue: run.Plan.TotalSteps);
            await foreach (var happened in events)
            {
                switch (happened)
                {
                    case RunEvent.Started started:
                        console.WriteLine(RunText.Headline(run, started.Silos));
                        break;
                    case RunEvent.Progressed p:
                        bar.Value = ((long)(p.Epoch - 1) * run.Plan.StepsPerEpoch) + p.Step;
                        bar.Description = string.Create(
                            CultureInfo.InvariantCulture,
                            $"epoch {p.Epoch}/{run.Plan.Epochs}  loss {p.Loss:F4}  accuracy {p.Accuracy:P1}  {p.ImagesPerSecond:N0} images/s");
                        break;
                    case RunEvent.Disturbed { Incident: var incident }:
                        console.WriteLine(RunText.Incident(incident));
                        break;
                    case RunEvent.EpochCompleted epoch:
                        bar.Value = (long)epoch.Metrics.Epoch * run.Plan.StepsPerEpoch;
                        console.WriteLine(RunText.Epoch(epoch.Metrics, run.Plan.Epochs));
                        break;
                }
            }
        });

    /// <inheritdoc />
    public void Note(string sentence) => console.WriteLine(sentence);

    /// <inheritdoc />
    public void Close(RunSummary summary)
    {
        var table = new Table().HideHeaders().AddColumns("", "").RoundedBorder();
        foreach (var (name, value) in RunText.Closing(summary))
        {
            table.AddRow(new Text(name), new Text(value));
        }

        console.Write(table);
    }
}
