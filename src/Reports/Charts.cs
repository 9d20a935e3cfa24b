using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Training.Reports;
using ScottPlot;

namespace Mnist.Distributed.Reports;

/// <summary>Charts of the numbers of a report. Without numbers there is no chart.</summary>
internal static class Charts
{
    private const int Width = 720;
    private const int Height = 480;

    /// <summary>With more classes, the names and numbers of a matrix cannot be read.</summary>
    private const int MostNames = 30;

    /// <summary>Loss and metric of each epoch, for training and test.</summary>
    public static Picture? Epochs(IReadOnlyList<EpochMetrics> epochs)
    {
        if (epochs.Count < 2)
        {
            return null;
        }

        using var plot = new Plot();
        double[] numbers = [.. epochs.Select(epoch => (double)epoch.Epoch)];
        Line("train loss", epoch => epoch.TrainLoss, "#1f6f8b", plot.Axes.Left);
        Line("test loss", epoch => epoch.TestLoss, "#e07a3f", plot.Axes.Left);
        Line($"test {epochs[0].Metric.Name}", epoch => epoch.TestMetric, "#6b8f3a", plot.Axes.Right);
        plot.Axes.Left.Label.Text = "loss";
        plot.Axes.Right.Label.Text = epochs[0].Metric.Name;
        plot.XLabel("epoch");
        plot.ShowLegend(Alignment.MiddleRight);
        return Draw("metrics", plot, Width, Height);

        void Line(string name, Func<EpochMetrics, double> value, string colour, IYAxis axis)
        {
            var line = plot.Add.Scatter(numbers, [.. epochs.Select(value)], Color.FromHex(colour));
            line.LegendText = name;
            line.Axes.YAxis = axis;
        }
    }

    /// <summary>The confusion matrix; each row is coloured by its shares.</summary>
    public static Picture? Confusion(ClassificationReport? report)
    {
        if (report is not { Names.Count: <= MostNames })
        {
            return null;
        }

        using var plot = new Plot();
        var count = report.Names.Count;
        var shares = new double[count, count];
        for (var truth = 0; truth < count; truth++)
        {
            var images = Math.Max(1, report.Confusion[truth].Sum());
            for (var found = 0; found < count; found++)
            {
                shares[truth, found] = (double)report.Confusion[truth][found] / images;
                var text = plot.Add.Text($"{report.Confusion[truth][found]}", found, count - 1 - truth);
                text.LabelAlignment = Alignment.MiddleCenter;
                text.LabelFontColor = shares[truth, found] > 0.5 ? Colors.White : Colors.Black;
                text.LabelFontSize = count > 10 ? 7 : 11;
            }
        }

        var map = plot.Add.Heatmap(shares);
        map.Colormap = new ScottPlot.Colormaps.Blues().Reversed();
        plot.MoveToBack(map);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. report.Names.Select((name, at) => new Tick(count - 1 - at, name))]);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. report.Names.Select((name, at) => new Tick(at, name))]);
        plot.Axes.Bottom.TickLabelStyle.Rotation = count > 2 ? 45 : 0;
        plot.Axes.Bottom.TickLabelStyle.Alignment = count > 2 ? Alignment.MiddleLeft : Alignment.UpperCenter;
        plot.Axes.Bottom.MinimumSize = 100;
        plot.XLabel("taken for");
        plot.YLabel("is");
        plot.Axes.Margins(0, 0);
        plot.HideGrid();
        return Draw("confusion", plot, 760, 700);
    }

    /// <summary>The share of right answers against their probability.</summary>
    public static Picture? Calibration(Calibration? calibration)
    {
        if (calibration is null)
        {
            return null;
        }

        using var plot = new Plot();
        plot.Add.Line(0, 0, 1, 1).Color = Colors.Gray;
        var line = plot.Add.Scatter(calibration.Curve.Select(bin => bin.Probability).ToArray(), calibration.Curve.Select(bin => bin.Right).ToArray(), Color.FromHex("#1f6f8b"));
        line.LegendText = FormattableString.Invariant($"expected calibration error {calibration.ExpectedError:P2}");
        plot.XLabel("probability of the answer");
        plot.YLabel("share of right answers");
        plot.Axes.SetLimits(0, 1, 0, 1);
        plot.ShowLegend(Alignment.UpperLeft);
        return Draw("calibration", plot, 520, 480);
    }

    /// <summary>Embeddings in two dimensions, with a colour for each class.</summary>
    public static Picture? Embeddings(IReadOnlyList<EmbeddingPoint> points, IReadOnlyList<string> names)
    {
        if (points.Count == 0)
        {
            return null;
        }

        using var plot = new Plot();
        foreach (var group in points.GroupBy(point => point.Label).OrderBy(group => group.Key))
        {
            var markers = plot.Add.ScatterPoints(group.Select(point => point.X).ToArray(), group.Select(point => point.Y).ToArray());
            markers.LegendText = names[group.Key];
            markers.MarkerSize = 4;
        }

        plot.XLabel("first principal component");
        plot.YLabel("second principal component");
        plot.ShowLegend(Alignment.UpperRight);
        return Draw("embedding", plot, 760, 640);
    }

    private static Picture Draw(string name, Plot plot, int width, int height) =>
        new(name, plot.GetImageBytes(width, height, ImageFormat.Png), Picture.Sharp(plot.GetSvgXml(width, height)));
}
