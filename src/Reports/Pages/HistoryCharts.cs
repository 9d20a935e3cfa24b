using System.Text;
using ScottPlot;

namespace Mnist.Distributed.Reports.Pages;

/// <summary>Charts over epochs, of one run or of several.</summary>
internal static class HistoryCharts
{
    private const int Width = 640;
    private const int Height = 400;

    private static readonly string[] Colours = ["#1f6f8b", "#e07a3f", "#6b8f3a", "#8e5ea2", "#c0504d", "#7f7f7f", "#17a2a2", "#b8860b"];

    /// <summary>Lines over epochs; null if no line has two points.</summary>
    /// <param name="label">What the vertical axis shows.</param>
    /// <param name="lines">The lines; values that are not finite are left out.</param>
    /// <param name="fromZero">Whether the axis begins at 0, for values that are amounts.</param>
    public static byte[]? Lines(string label, IEnumerable<(string Name, double[] Values)> lines, bool fromZero = false)
    {
        using var plot = new Plot();
        var drawn = 0;
        foreach (var (name, values) in lines)
        {
            var points = values.Index().Where(point => double.IsFinite(point.Item)).ToArray();
            if (points.Length > 0)
            {
                var line = plot.Add.Scatter(
                    points.Select(point => point.Index + 1.0).ToArray(), points.Select(point => point.Item).ToArray(), Color.FromHex(Colours[drawn % Colours.Length]));
                line.LegendText = name;
                line.LineWidth = 2;
                line.MarkerSize = points.Length > 30 ? 0 : 6;
                drawn += points.Length > 1 ? 1 : 0;
            }
        }

        if (fromZero && drawn > 0)
        {
            plot.Axes.AutoScale();
            plot.Axes.SetLimitsY(0, plot.Axes.GetDataLimits().Top * 1.1);
        }

        plot.ShowLegend(Edge.Bottom);
        return drawn == 0 ? null : Svg(plot, label);
    }

    /// <summary>What faults have cost, over epochs; null without faults.</summary>
    /// <param name="faults">The epochs that had passed, with a fraction, and the seconds.</param>
    /// <param name="epochs">Number of epochs of the run.</param>
    public static byte[]? Faults(IReadOnlyList<(double Epoch, double Seconds)> faults, int epochs)
    {
        if (faults.Count == 0)
        {
            return null;
        }

        using var plot = new Plot();
        foreach (var (epoch, seconds) in faults)
        {
            var stem = plot.Add.Line(epoch, 0, epoch, seconds);
            stem.Color = Color.FromHex("#c0504d");
            stem.LineWidth = 2;
        }

        plot.Add.ScatterPoints(faults.Select(fault => fault.Epoch).ToArray(), faults.Select(fault => fault.Seconds).ToArray(), Color.FromHex("#c0504d"));
        plot.Axes.SetLimits(0, Math.Max(epochs, faults.Max(fault => fault.Epoch)) + 0.05, 0, Math.Max(0.1, faults.Max(fault => fault.Seconds)) * 1.15);
        return Svg(plot, "seconds from commit to commit");
    }

    private static byte[] Svg(Plot plot, string label)
    {
        plot.YLabel(label);
        plot.XLabel("epoch");
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        return Encoding.UTF8.GetBytes(plot.GetSvgXml(Width, Height));
    }
}
