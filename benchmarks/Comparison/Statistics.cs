namespace Mnist.Distributed.Benchmarks.Comparison;

/// <summary>Statistics for the figures of a noisy machine.</summary>
internal static class Statistics
{
    /// <summary>The median: the middle value, or the mean of the two middle values.</summary>
    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
