using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Displays;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Reports.Sweeps;

namespace Mnist.Distributed.Coordinator.Sweeps.Displays;

/// <summary>Prints a line for each trial, and keeps one line with the progress.</summary>
/// <param name="live">The line with the progress; null if the output is no terminal.</param>
internal sealed class TextSweepDisplay(ProgressLine? live) : ISweepDisplay
{
    /// <inheritdoc />
    public void Open(SweepResults sweep, SweepPlan plan, string? cluster, string? folder)
    {
        foreach (var line in SweepText.Headline(sweep, plan, cluster))
        {
            Write(line);
        }
    }

    /// <inheritdoc />
    public void Trial(SweepResults sweep, TrialResult trial) => Write(SweepText.Trial(sweep, trial));

    /// <inheritdoc />
    public void Progress(SweepResults sweep, SweepProgress progress) => live?.Show(columns => Cut(SweepText.Progress(sweep, progress), columns - 1));

    /// <inheritdoc />
    public void Note(string sentence) => Write(sentence);

    /// <inheritdoc />
    public void Close(SweepResults sweep, string? folder)
    {
        live?.Dispose();
        SweepText.Print(sweep, folder);
    }

    private void Write(string line)
    {
        if (live is null)
        {
            Paragraph.Print(line);
        }
        else
        {
            live.Above(() => Paragraph.Print(line));
        }
    }

    private static string Cut(string text, int columns) => text.Length <= columns ? text : text[..Math.Max(0, columns)];
}
