using ScottPlot;

namespace Mnist.Distributed.Reports.Sweeps;

/// <summary>Charts of a sweep.</summary>
internal static class SweepCharts
{
    /// <summary>The name of the picture of <see cref="Curves"/>.</summary>
    public const string CurvesName = "curves";

    private const int Width = 640;
    private const int Height = 400;

    /// <summary>With more lines, a legend would be larger than the chart.</summary>
    private const int MostNames = 12;

    private static readonly string[] Colours = ["#1f6f8b", "#e07a3f", "#6b8f3a", "#8e5ea2", "#c0504d", "#7f7f7f", "#17a2a2", "#b8860b"];

    /// <summary>The name of the picture of <see cref="Against"/>.</summary>
    public static string NameOf(string option) => $"by-{option.TrimStart('-')}";

    /// <summary>
    /// The metric against a swept option: a point for each trial, and a line through the means.
    /// Null without values. Points of trials that were dropped are hollow, and not in the means.
    /// </summary>
    public static Picture? Against(SweepResults sweep, string option)
    {
        var trials = sweep.Trials.Where(trial => double.IsFinite(trial.Value(sweep.Keep))).ToArray();
        if (trials.Length == 0)
        {
            return null;
        }

        using var plot = new Plot();
        var axis = SweptAxis.Of(sweep.Trials.Select(trial => trial[option]));
        var furthest = trials.Max(trial => trial.Stage);
        var ended = trials.Where(trial => trial.Stage == furthest).ToArray();
        var means = ended.GroupBy(trial => axis.Place(trial[option])).OrderBy(group => group.Key)
            .Select(group => (Place: group.Key, Mean: group.Average(trial => trial.Value(sweep.Keep)))).ToArray();
        if (means.Length > 1)
        {
            var line = plot.Add.Scatter(means.Select(mean => mean.Place).ToArray(), means.Select(mean => mean.Mean).ToArray(), Color.FromHex(Colours[1]));
            line.LegendText = "mean";
            line.LineWidth = 2;
        }

        Points(ended, "trial", MarkerShape.FilledCircle);
        Points([.. trials.Except(ended)], "trial that was dropped or still trains", MarkerShape.OpenCircle);
        axis.Label(plot);
        plot.Axes.Margins(0.08, 0.1);
        plot.XLabel(axis.IsLogarithmic ? $"{option} (logarithmic)" : option);
        plot.YLabel($"test {sweep.Metric.Name}");
        plot.ShowLegend(Edge.Bottom);
        return Draw(NameOf(option), plot);

        void Points(TrialResult[] shown, string name, MarkerShape shape)
        {
            if (shown.Length > 0)
            {
                var points = plot.Add.ScatterPoints(shown.Select(trial => axis.Place(trial[option])).ToArray(), shown.Select(trial => trial.Value(sweep.Keep)).ToArray(), Color.FromHex(Colours[0]));
                points.LegendText = name;
                points.MarkerShape = shape;
                points.MarkerSize = 7;
            }
        }
    }

    /// <summary>
    /// The test metric over the epochs of all trials; null if none has two epochs.
    /// </summary>
    public static Picture? Curves(SweepResults sweep)
    {
        var rows = sweep.Table();
        var best = sweep.Best();
        if (!sweep.Trials.Any(trial => trial.Epochs.Count > 1))
        {
            return null;
        }

        using var plot = new Plot();

        // The best rows come last, so that no other line covers them.
        foreach (var (at, row) in rows.Index().Reverse())
        {
            foreach (var trial in row.Trials.Where(trial => trial.Epochs.Count > 0))
            {
                var epochs = trial.Epochs.Where(epoch => double.IsFinite(epoch.TestMetric)).ToArray();
                if (epochs.Length > 0)
                {
                    var line = plot.Add.Scatter(epochs.Select(epoch => (double)epoch.Epoch).ToArray(), epochs.Select(epoch => epoch.TestMetric).ToArray(), Color.FromHex(rows.Count > MostNames ? "#9aa3ab" : Colours[at % Colours.Length]));
                    line.MarkerSize = 0;
                    line.LineWidth = 1.2f;
                    if (trial == best)
                    {
                        (line.LineWidth, line.Color, line.LegendText) = (3, Color.FromHex(Colours[0]), $"best: {Name(trial.Values)}");
                    }
                    else if (rows.Count <= MostNames && trial == row.Trials[0])
                    {
                        line.LegendText = Name(row.Values);
                    }
                }
            }
        }

        plot.XLabel("epoch");
        plot.YLabel($"test {sweep.Metric.Name}");
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        plot.ShowLegend(Edge.Bottom);
        return Draw(CurvesName, plot);
    }

    private static string Name(IEnumerable<Contracts.Sweeps.SweptValue> values) => string.Join(", ", values.Select(value => $"{value.Option.TrimStart('-')} {value.Value}"));

    private static Picture Draw(string name, Plot plot) => new(name, plot.GetImageBytes(Width, Height, ImageFormat.Png), Picture.Sharp(plot.GetSvgXml(Width, Height)));
}
