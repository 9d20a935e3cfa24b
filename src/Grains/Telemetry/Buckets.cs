using System.Diagnostics.Metrics;

namespace Mnist.Distributed.Grains.Telemetry;

/// <summary>The buckets of histograms of durations.</summary>
internal static class Buckets
{
    /// <summary>Bounds in seconds, from 0.1 ms to 10 s.</summary>
    public static InstrumentAdvice<double> Seconds { get; } = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.0002, 0.0003, 0.0005, 0.00075, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    };
}
