using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Reports.Pages;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Reports.Sweeps;

/// <summary>
/// The page of a sweep: the table, plots of the metric against each swept option, the curves of all
/// trials, and the best command.
/// </summary>
public static class SweepPage
{
    /// <summary>The name of the page in the folder of its sweep.</summary>
    public const string Name = "sweep.html";

    /// <summary>The names of the pictures that a sweep may have.</summary>
    public static IEnumerable<string> PictureNames(SweepResults sweep) =>
        sweep.Swept.Select(SweepCharts.NameOf).Append(SweepCharts.CurvesName).SelectMany(name => (string[])[$"{name}.png", $"{name}.svg"]);

    /// <summary>Writes the page and its pictures, as PNG and SVG.</summary>
    /// <param name="folder">The folder of the sweep.</param>
    /// <param name="sweep">The sweep.</param>
    /// <exception cref="InvalidInputException">A file cannot be written.</exception>
    public static void Write(string folder, SweepResults sweep)
    {
        var pictures = Pictures(sweep);
        foreach (var (picture, _) in pictures)
        {
            AtomicFile.Write(Path.Combine(folder, $"{picture.Name}.png"), stream => stream.Write(picture.Png));
            AtomicFile.Write(Path.Combine(folder, $"{picture.Name}.svg"), stream => stream.Write(picture.Svg));
        }

        AtomicFile.WriteText(Path.Combine(folder, Name), Of(sweep, pictures));
    }

    /// <summary>The page as HTML.</summary>
    public static string Of(SweepResults sweep) => Of(sweep, Pictures(sweep));

    private static string Of(SweepResults sweep, IReadOnlyList<(Picture Picture, string Caption)> pictures)
    {
        var page = new HtmlPage($"Sweep {sweep.SweepId}");
        page.Raw($"<h1>Sweep {HtmlPage.Escape(sweep.SweepId)}</h1>");
        page.Paragraph($"{sweep.Trials.Count} trials of {string.Join(", ", sweep.Swept)}, compared by the {sweep.ValueName}; {(sweep.Metric.HigherIsBetter ? "higher" : "lower")} is better", "faint");
        page.Paragraph(sweep.Message is { } message ? $"{sweep.Status.ToString().ToLowerInvariant()}: {message}" : sweep.Status.ToString().ToLowerInvariant(), sweep.Status == Contracts.Runs.RunStatus.Completed ? "good" : "bad");
        page.Cards(Cards(sweep));
        if (sweep.Best() is { } best)
        {
            page.Heading("The best command").Raw($"<pre>{HtmlPage.Escape(best.Command)}</pre>");
        }

        page.Heading("The metric against each option").Pictures(pictures.Select(picture => ((byte[]?)picture.Picture.Svg, picture.Caption, true)));
        Table(page, sweep);
        page.Heading("All trials").Table(
            ["trial", .. sweep.Swept, "status", "epochs", "last", "best", "epoch", "test loss", "seconds", "sha256 of the weights"],
            sweep.Trials.Select(trial => (string[])
            [
                $"{trial.Number}",
                .. trial.Values.Select(value => value.Value),
                trial.Message is { } reason ? $"{trial.StatusText}: {reason}" : trial.StatusText,
                $"{trial.Epochs.Count}",
                sweep.Metric.Format(trial.Value(KeptEpoch.Last)),
                sweep.Metric.Format(trial.Value(KeptEpoch.Best)),
                $"{trial.BestEpochNumber}",
                trial.Epochs.Count > 0 ? trial.Epochs[^1].TestLoss.ToString("G5", CultureInfo.InvariantCulture) : "",
                trial.Epochs.Sum(epoch => epoch.Seconds).ToString("F1", CultureInfo.InvariantCulture),
                trial.WeightsSha256 is { Length: > 12 } digest ? digest[..12] : "",
            ]));
        page.Heading("How to repeat it").Raw($"<pre>{HtmlPage.Escape(sweep.Command)}</pre>");
        page.Paragraph("The same command gives the same trials and the same bytes, on every cluster with the same numerics.", "faint");
        return page.ToString();
    }

    private static void Table(HtmlPage page, SweepResults sweep)
    {
        var rows = sweep.Table();
        var hasSeeds = rows.Any(row => row.Trials.Count > 1);
        page.Heading("Ranking");
        page.Table(
            ["place", .. rows[0].Values.Select(value => value.Option), hasSeeds ? "mean" : sweep.Metric.Name, .. hasSeeds ? ["± std", "lowest", "highest", "n"] : Array.Empty<string>(), "status"],
            rows.Select(row => (string[])
            [
                row.Place == 0 ? "" : $"{row.Place}",
                .. row.Values.Select(value => value.Value),
                sweep.Metric.Format(row.Mean),
                .. hasSeeds ? [sweep.Metric.Format(row.Deviation), sweep.Metric.Format(row.Low), sweep.Metric.Format(row.High), $"{row.Count}"] : Array.Empty<string>(),
                row.StatusText,
            ]));
        if (hasSeeds)
        {
            page.Paragraph("Mean and sample standard deviation are over the seeds. They are about the trials of a row that have got furthest; n counts them.", "faint");
        }
    }

    private static IReadOnlyList<(Picture Picture, string Caption)> Pictures(SweepResults sweep) =>
    [
        .. sweep.Swept.Select(option => (SweepCharts.Against(sweep, option), $"{sweep.ValueName} against {option}")).Append((SweepCharts.Curves(sweep), $"Test {sweep.Metric.Name} of all trials over their epochs"))
            .Where(picture => picture.Item1 is not null).Select(picture => (picture.Item1!, picture.Item2)),
    ];

    private static IEnumerable<(string, string)> Cards(SweepResults sweep)
    {
        if (sweep.Table()[0] is { Best: { } best } first)
        {
            yield return ($"{(first.Count > 1 ? "mean of the best row" : $"best {sweep.ValueName}")}", sweep.Metric.Format(first.Mean));
            foreach (var (option, value) in best.Values)
            {
                yield return ($"{option} of the best trial", value);
            }
        }

        yield return ("trials to their end", $"{sweep.Trials.Count(trial => trial.Status == TrialStatus.Completed)} of {sweep.Trials.Count}");
        yield return ("epochs", $"{sweep.Trials.Sum(trial => trial.Epochs.Count)}");
        if (sweep.EndedAt is { } ended)
        {
            yield return ("seconds", sweep.Seconds(ended).ToString("F1", CultureInfo.InvariantCulture));
        }
    }
}
