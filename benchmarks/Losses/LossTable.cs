using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Reports;
using ScottPlot;

namespace Mnist.Distributed.Benchmarks.Losses;

/// <summary>
/// Trains every loss on every task that it is for, with its own defaults and two workers, and
/// writes what it learns as a page with a plot.
/// </summary>
internal static class LossTable
{
    /// <summary>Training images, and test images, of the quick table.</summary>
    private const int Few = 3000;

    private const string Intro = """
        # The losses, and what each one learns

        `mnist losses` prints formulas, settings and defaults. Here losses train with their own defaults, on
        one silo with two workers.

        ```sh
        dotnet run -c Release --project benchmarks -- losses            # the quick table
        dotnet run -c Release --project benchmarks -- losses --all      # all tasks, all images
        ```

        The quick table takes two minutes. It has 3,000 training and 3,000 test images, and the first
        task of each loss.


        """;

    private const string Closing = """

        - **loss and scenes**: the share of a step's time, on one thread, that gathering the batch (with
          its drawn scenes) and computing loss and derivatives take.
        - **against cross entropy**: time of a step, divided by that with cross entropy over all outputs of
          each image, on the same model and images; both take turns on one thread.

        ![test metrics of all losses](losses.png)

        ![cost of a step against cross entropy](losses-cost.png)
        """;

    /// <summary>Trains, prints and writes the page.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="all">
    /// Whether all images and all tasks of each loss are used, and not some images and its first task.
    /// </param>
    /// <param name="folder">Receives <c>losses.md</c> and its plots.</param>
    public static async Task Run(DataSet data, bool all, string folder)
    {
        var start = Stopwatch.GetTimestamp();
        data = all ? data : new DataSet(data.Name, data.Shape, data.Train.First(Few), data.Test.First(Few), data.Origin);
        var results = new List<LossResult>();
        foreach (var loss in TrainingCatalogue.Standard.Losses)
        {
            foreach (var use in loss.Uses.Take(all ? loss.Uses.Count : 1))
            {
                results.Add(await Train(loss.Name, use, data));
                Console.WriteLine(Row(results[^1]));
            }
        }

        var distilled = all ? await Distillation.Train(data) : null;

        Directory.CreateDirectory(folder);
        var text = new StringBuilder(Intro);
        text.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}; {data.Train.Count:N0} training and {data.Test.Count:N0} test images of {data.Name};");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}; {Stopwatch.GetElapsedTime(start).TotalMinutes:F0} minutes.");
        text.AppendLine().AppendLine("| loss | task | model | epochs | on the test images | loss and scenes | against cross entropy |").AppendLine("| --- | --- | --- | --- | --- | --- | --- |");
        results.ForEach(result => text.AppendLine(Row(result)));
        await File.WriteAllTextAsync(Path.Combine(folder, "losses.md"), text.Append(Closing).Append(distilled).AppendLine().ToString());
        Draw(
            results,
            result => 100 * result.Metrics[0].Value,
            result => FormattableString.Invariant($"{result.Metrics[0].Metric.Name} {result.Metrics[0].Value:P1}"),
            "percent of the first metric on the test images",
            135,
            Path.Combine(folder, "losses.png"));
        Draw(
            results,
            result => result.AgainstCrossEntropy,
            result => FormattableString.Invariant($"{result.AgainstCrossEntropy:F2}"),
            "time of a step, cross entropy = 1",
            1.2 * results.Max(result => result.AgainstCrossEntropy),
            Path.Combine(folder, "losses-cost.png"));
    }

    private static async Task<LossResult> Train(string loss, LossUse use, DataSet data)
    {
        var plan = LossRun.PlanOf(loss, use, data);
        var report = TestReport.Of(TrainingSetup.Of(plan), await LossRun.Train(plan, data), data);
        return new LossResult(loss, use, report.Metrics, LossCost.Share(plan, data), LossCost.AgainstCrossEntropy(plan, data));
    }

    private static string Row(LossResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"| `{result.Loss}` | {result.Use.Task} | {result.Use.Model} | {result.Use.Epochs} | {string.Join(", ", result.Metrics.Select(entry => $"{entry.Metric.Name} {entry.Metric.Format(entry.Value)}"))} | {result.Share:P1} | {result.AgainstCrossEntropy:F2} |");

    private static void Draw(
        IReadOnlyList<LossResult> results, Func<LossResult, double> value, Func<LossResult, string> label, string axis, double most, string path)
    {
        using var plot = new Plot();
        var bars = results.Reverse().Index().Select(entry => new Bar
        {
            Position = entry.Index,
            Value = value(entry.Item),
            Label = label(entry.Item),
            FillColor = Color.FromHex(entry.Item.Metrics[0].Metric.HigherIsBetter ? "#1f6f8b" : "#e07a3f"),
        });
        plot.Add.Bars(bars.ToArray()).Horizontal = true;
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. results.Reverse().Index().Select(entry => new Tick(entry.Index, $"{entry.Item.Loss}, {entry.Item.Use.Task}"))]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.SetLimitsX(0, most);
        plot.XLabel(axis);
        plot.SavePng(path, 1000, 120 + (27 * results.Count));
    }
}
