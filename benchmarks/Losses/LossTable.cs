using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
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
        one silo with two workers. The table and the plot are written by

        ```sh
        dotnet run -c Release --project benchmarks -- losses --all --out docs
        ```

        Without `--all`, the command takes two minutes: every loss trains its first task, with 3,000
        training and 3,000 test images.


        """;

    private const string Closing = """

        - **loss and scenes**: the share of a step's time, on one thread, that gathering the batch (with
          its drawn scenes) and computing loss and derivatives take.
        - **against cross entropy**: time of a step, divided by that with cross entropy on the same model;
          both take turns on one thread.

        ![test metrics of all losses](losses.png)
        """;

    /// <summary>Trains, prints and writes the page.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="all">
    /// Whether all images and all tasks of each loss are used, and not some images and its first task.
    /// </param>
    /// <param name="folder">Receives <c>losses.md</c> and <c>losses.png</c>.</param>
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

        Directory.CreateDirectory(folder);
        var text = new StringBuilder(Intro);
        text.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}; {data.Train.Count:N0} training and {data.Test.Count:N0} test images of {data.Name};");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}; {Stopwatch.GetElapsedTime(start).TotalMinutes:F0} minutes.");
        text.AppendLine().AppendLine("| loss | task | model | epochs | on the test images | loss and scenes | against cross entropy |").AppendLine("| --- | --- | --- | --- | --- | --- | --- |");
        results.ForEach(result => text.AppendLine(Row(result)));
        await File.WriteAllTextAsync(Path.Combine(folder, "losses.md"), text.Append(Closing).AppendLine().ToString());
        Draw(results, Path.Combine(folder, "losses.png"));
    }

    private static async Task<LossResult> Train(string loss, LossUse use, DataSet data)
    {
        var catalogue = TrainingCatalogue.Standard;
        var plan = catalogue.Complete(DataSource.Use(use.In(new() { Samples = data.Train.Count }, loss), data, folder: null));
        await using var cluster = await InProcessCluster.Start(data, Environment.ProcessorCount, catalogue);
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("losses");
        await run.Start(plan, new RunOptions(), null, null);
        await foreach (var happened in RunFollower.Follow(run, Console.Error.WriteLine))
        {
            if (happened is RunEvent.Ended { Status: not RunStatus.Completed } ended)
            {
                throw new InvalidOperationException($"The run of {loss} on {use.Task} is {ended.Status}: {ended.Message}");
            }
        }

        var report = TestReport.Of(TrainingSetup.Of(plan), (await run.GetState())!, data);
        return new LossResult(loss, use, report.Metrics, LossCost.Share(plan, data), use.Task == new TrainingPlan().Task ? LossCost.AgainstCrossEntropy(plan, data) : null);
    }

    private static string Row(LossResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"| `{result.Loss}` | {result.Use.Task} | {result.Use.Model} | {result.Use.Epochs} | {string.Join(", ", result.Metrics.Select(entry => $"{entry.Metric.Name} {entry.Metric.Format(entry.Value)}"))} | {result.Share:P1} | {result.AgainstCrossEntropy:F2} |");

    private static void Draw(IReadOnlyList<LossResult> results, string path)
    {
        using var plot = new Plot();
        var bars = results.Reverse().Index().Select(entry => new Bar
        {
            Position = entry.Index,
            Value = 100 * entry.Item.Metrics[0].Value,
            Label = FormattableString.Invariant($"{entry.Item.Metrics[0].Metric.Name} {entry.Item.Metrics[0].Value:P1}"),
            FillColor = Color.FromHex(entry.Item.Metrics[0].Metric.HigherIsBetter ? "#1f6f8b" : "#e07a3f"),
        });
        plot.Add.Bars(bars.ToArray()).Horizontal = true;
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. results.Reverse().Index().Select(entry => new Tick(entry.Index, $"{entry.Item.Loss}, {entry.Item.Use.Task}"))]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.SetLimitsX(0, 135);
        plot.XLabel("percent of the first metric on the test images");
        plot.SavePng(path, 1000, 120 + (27 * results.Count));
    }
}
