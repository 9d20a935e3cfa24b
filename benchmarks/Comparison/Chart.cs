using Mnist.Distributed.Benchmarks.Contenders;
using ScottPlot;

namespace Mnist.Distributed.Benchmarks.Comparison;

/// <summary>
/// Draws the comparison: one bar for each contender and model, as a multiple of the plain loop's
/// speed.
/// </summary>
internal static class Chart
{
    private static readonly string[] Palette = ["#1f6f8b", "#e07a3f", "#6b8f3a"];

    /// <summary>Writes a PNG file.</summary>
    public static void Write(IReadOnlyList<Score> scores, string path)
    {
        using var plot = new Plot();
        var models = scores.Select(score => score.Model).Distinct().ToArray();
        var contenders = scores.Select(score => score.Contender).Distinct().Where(name => name != Field.Arithmetic).Reverse().ToArray();
        foreach (var (m, model) in models.Index())
        {
            var plain = Speed(model, Field.Plain);
            var bars = contenders.Index().Where(entry => !double.IsNaN(Speed(model, entry.Item))).Select(entry => new Bar
            {
                Position = (entry.Index * (models.Length + 1)) + (models.Length - 1 - m),
                Value = Speed(model, entry.Item) / plain,
                FillColor = Color.FromHex(Palette[m % Palette.Length]),
                Label = $"{Speed(model, entry.Item) / plain:F2}",
            });
            var series = plot.Add.Bars(bars.ToArray());
            series.Horizontal = true;
            series.LegendText = model.ToUpperInvariant();
        }

        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. contenders.Index().Select(entry => new Tick((entry.Index * (models.Length + 1)) + ((models.Length - 1) / 2.0), entry.Item))]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Margins(left: 0, right: 0.15);
        plot.XLabel("images/s as a multiple of the plain TorchSharp loop");
        plot.ShowLegend(Alignment.LowerRight);
        plot.SavePng(path, 1000, 520);

        double Speed(string model, string contender) => scores
            .Where(score => score.Model == model && score.Contender == contender)
            .Select(score => score.Epoch.ImagesPerSecond)
            .Median();
    }
}
