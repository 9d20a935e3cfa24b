using System.Globalization;

namespace Mnist.Distributed.Reports.Pages;

/// <summary>The page that lays several runs side by side.</summary>
public static class ComparisonPage
{
    /// <summary>The page as HTML.</summary>
    /// <param name="runs">The runs; at least two.</param>
    public static string Of(IReadOnlyList<RunFiles> runs)
    {
        var page = new HtmlPage($"{runs.Count} runs");
        page.Raw($"<h1>{runs.Count} runs</h1>");
        page.Heading("Results").Table(
            ["run", "status", "model", "loss", "metric", "last", "best", "epoch", "test loss", "seconds", "incidents"],
            runs.Select(run =>
            {
                var (best, epoch) = RunPage.Best(run);
                return (string[])
                [
                    run.Id,
                    run.Text("status") ?? "",
                    $"{run.Plan["model"]}",
                    $"{run.Plan["loss"]}",
                    run.Metric.Name,
                    run.Metric.Format(run.TestMetric.LastOrDefault(double.NaN)),
                    run.Metric.Format(best),
                    $"{epoch}",
                    run.Values("test_loss").LastOrDefault(double.NaN).ToString("G5", CultureInfo.InvariantCulture),
                    run.Values("seconds").Where(double.IsFinite).Sum().ToString("F1", CultureInfo.InvariantCulture),
                    $"{run.Incidents.Count}",
                ];
            }));
        page.Heading("History").Pictures(runs.Select(run => run.Metric.Name).Distinct()
            .Select(metric => (HistoryCharts.Lines(metric, Lines(runs.Where(run => run.Metric.Name == metric), run => run.TestMetric)), $"{metric} on the test images", true))
            .Append((HistoryCharts.Lines("test loss", Lines(runs, run => run.Values("test_loss"))), "Loss on the test images", true))
            .Append((HistoryCharts.Lines("training loss", Lines(runs, run => run.Values("train_loss"))), "Loss on the training images", true))
            .Append((HistoryCharts.Lines("images per second", Lines(runs, run => run.Values("images_per_second")), fromZero: true), "Training samples per second", true)));
        Differences(page, runs);
        return page.ToString();
    }

    private static IEnumerable<(string, double[])> Lines(IEnumerable<RunFiles> runs, Func<RunFiles, double[]> values) => runs.Select(run => (run.Id, values(run)));

    private static void Differences(HtmlPage page, IReadOnlyList<RunFiles> runs)
    {
        var plans = runs.Select(run => PlanTable.Of(run.Plan)).ToArray();
        var rows = plans.SelectMany(plan => plan.Keys).Distinct()
            .Select(name => (string[])[name, .. plans.Select(plan => plan.GetValueOrDefault(name, "-"))])
            .Where(row => row.Skip(1).Distinct().Count() > 1)
            .ToArray();
        page.Heading("Where the plans differ");
        if (rows.Length == 0)
        {
            page.Paragraph("The plans are equal. Equal plans on silos with equal numerics give equal bytes.", "faint");
            return;
        }

        page.Table(["setting", .. runs.Select(run => run.Id)], rows);
    }
}
