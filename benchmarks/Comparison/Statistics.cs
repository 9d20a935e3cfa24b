namespace Mnist.Distributed.Benchmarks.Comparison;

/// <summary>What figures of a noisy machine are summed up with.</summary>
internal static class Statistics
{
    /// <summary>The value in the middle; the mean of two where there are two.</summary>
    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
