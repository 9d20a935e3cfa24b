using System.Globalization;
using ScottPlot;

namespace Mnist.Distributed.Reports.Sweeps;

/// <summary>The horizontal axis of a plot against a swept option.</summary>
/// <param name="isLogarithmic">Whether places are logarithms of the values.</param>
/// <param name="places">The place of each value.</param>
internal sealed class SweptAxis(bool isLogarithmic, IReadOnlyDictionary<string, double> places)
{
    /// <summary>Names that are nearer than this share of the axis would cover each other.</summary>
    private const double LeastGap = 0.08;

    /// <summary>Two values with at least this ratio are compared by their logarithms.</summary>
    private const double LargeRatio = 10;

    /// <summary>Whether places are the logarithms of the values.</summary>
    public bool IsLogarithmic => isLogarithmic;

    /// <summary>The place of a value.</summary>
    public double Place(string value) => places[value];

    /// <summary>
    /// The axis for some values: their numbers, or the logarithms of them if these are spaced more
    /// evenly; for names, one place after the other.
    /// </summary>
    public static SweptAxis Of(IEnumerable<string> values)
    {
        var names = values.Distinct().ToArray();
        var numbers = names.Select(Number).ToArray();
        if (Array.Exists(numbers, number => !double.IsFinite(number)))
        {
            return new SweptAxis(false, names.Index().ToDictionary(entry => entry.Item, entry => (double)entry.Index));
        }

        var isLogarithmic = HasEvenRatios([.. numbers.Distinct().Order()]);
        return new SweptAxis(isLogarithmic, names.Zip(numbers).ToDictionary(pair => pair.First, pair => isLogarithmic ? Math.Log10(pair.Second) : pair.Second));
    }

    /// <summary>Writes the values at the axis of a plot.</summary>
    public void Label(Plot plot)
    {
        if (HasRoomForNames)
        {
            plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. places.Select(place => new Tick(place.Value, place.Key))]);
        }
        else if (isLogarithmic)
        {
            plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
            {
                IntegerTicksOnly = true,
                LabelFormatter = place => Math.Pow(10, place).ToString("G3", CultureInfo.InvariantCulture),
            };
        }
    }

    private bool HasRoomForNames
    {
        get
        {
            var sorted = places.Values.Order().ToArray();
            return sorted.Length < 2 || sorted.Zip(sorted.Skip(1), (low, high) => high - low).Min() >= LeastGap * (sorted[^1] - sorted[0]);
        }
    }

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    private static bool HasEvenRatios(double[] sorted)
    {
        if (sorted.Length < 2 || sorted[0] <= 0)
        {
            return false;
        }

        return sorted.Length == 2
            ? sorted[1] / sorted[0] >= LargeRatio
            : Unevenness(sorted.Select(Math.Log10).ToArray()) < Unevenness(sorted);
    }

    /// <summary>The spread of the gaps between numbers, in relation to their mean.</summary>
    private static double Unevenness(double[] sorted)
    {
        var gaps = sorted.Zip(sorted.Skip(1), (low, high) => high - low).ToArray();
        var mean = gaps.Average();
        return Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean))) / mean;
    }
}
