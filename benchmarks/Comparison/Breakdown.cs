using System.Diagnostics;
using Mnist.Distributed.Benchmarks.Contenders;
using Mnist.Distributed.Benchmarks.Micro;
using Mnist.Distributed.Training.Data;
using ScottPlot;

namespace Mnist.Distributed.Benchmarks.Comparison;

/// <summary>
/// Measures where the time of a step in one process goes: each part by itself, and the whole step
/// by training.
/// </summary>
internal static class Breakdown
{
    private const int Batch = 30;

    private static readonly string[] Palette = ["#9db8c7", "#1f6f8b", "#e3b23c", "#e07a3f", "#6b8f3a", "#8d6a9f", "#bdbdbd"];

    /// <summary>Measures, prints a table and draws a chart.</summary>
    public static async Task Run(DataSet data, string output)
    {
        var models = new[] { ("mlp", 60_000, 6), ("cnn", 6_000, 4) };
        var rows = new List<(string Model, (string Part, double Micros)[] Parts)>();
        foreach (var (model, images, epochs) in models)
        {
            rows.Add((model, await Measure(model, data, images, epochs)));
        }

        foreach (var (model, parts) in rows)
        {
            Console.WriteLine($"{model}, one worker with {Batch} images: {parts.Sum(part => part.Micros):N0} us a step");
            foreach (var (part, micros) in parts)
            {
                Console.WriteLine($"  {part,-34} {micros,8:N0} us  {micros / parts.Sum(other => other.Micros),6:P0}");
            }
        }

        Directory.CreateDirectory(output);
        Draw(rows, Path.Combine(output, "breakdown.png"));
    }

    private static async Task<(string, double)[]> Measure(string model, DataSet data, int images, int epochs)
    {
        double gather, forward, backward, gradient, apply, hash;
        using (var parts = new StepParts { Net = model })
        {
            parts.Prepare();
            (gather, forward, backward) = (model == "mlp" ? Fastest(parts.Gather) : 0, Fastest(() => parts.Forward()), Fastest(parts.ForwardBackward));
            (gradient, apply, hash) = (Fastest(() => parts.Gradient()), Fastest(parts.Apply), Fastest(() => parts.Hash()));
        }

        var speed = 0.0;
        await foreach (var epoch in InProcess.Train(model, data, images, epochs, workers: 1))
        {
            speed = Math.Max(speed, epoch.ImagesPerSecond);
        }

        return
        [
            ("gather: ink by sample and pixel", gather),
            ("forward", forward - gather),
            ("loss, and that images are new", Math.Max(0, gradient - backward)),
            ("backward", backward - forward),
            ("optimizer", apply),
            ("hash for the ledger", hash),
            ("server, replica, worker", Math.Max(0, (Batch / speed * 1e6) - gradient - apply - hash)),
        ];
    }

    /// <summary>
    /// Microseconds below which a tenth of the times lie, because disturbances only make a part
    /// slower.
    /// </summary>
    private static double Fastest(Action part)
    {
        var times = new List<double>();
        for (var begin = Stopwatch.GetTimestamp(); times.Count < 50 || Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(1);)
        {
            var start = Stopwatch.GetTimestamp();
            part();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        times.Sort();
        return times[times.Count / 10];
    }

    private static void Draw(IReadOnlyList<(string Model, (string Part, double Micros)[] Parts)> rows, string path)
    {
        using var plot = new Plot();
        var names = rows[0].Parts.Select(part => part.Part).ToArray();
        foreach (var (p, name) in names.Index())
        {
            var bars = rows.Index().Select(row =>
            {
                var (total, before) = (row.Item.Parts.Sum(part => part.Micros), row.Item.Parts.Take(p).Sum(part => part.Micros));
                return new Bar
                {
                    Position = rows.Count - row.Index,
                    ValueBase = 100 * before / total,
                    Value = 100 * (before + row.Item.Parts[p].Micros) / total,
                    FillColor = Color.FromHex(Palette[p]),
                };
            });
            var series = plot.Add.Bars(bars.ToArray());
            series.Horizontal = true;
            series.LegendText = name;
        }

        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. rows.Index().Select(row => new Tick(rows.Count - row.Index, $"{row.Item.Model.ToUpperInvariant()}\n{row.Item.Parts.Sum(part => part.Micros):N0} us"))]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Margins(left: 0, right: 0);
        plot.XLabel("percent of a step, one worker with 30 images, in one process");
        plot.ShowLegend(Edge.Bottom);
        plot.SavePng(path, 1000, 380);
    }
}
