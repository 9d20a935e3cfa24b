namespace Mnist.Distributed.Training.Metrics;

/// <summary>The sums of a metric over some samples.</summary>
/// <param name="Sum">Sum of the metric, each summand times its weight.</param>
/// <param name="Weight">Sum of the weights.</param>
public readonly record struct MetricSum(double Sum, double Weight)
{
    /// <summary>The metric: its sum divided by its weight; NaN without weight.</summary>
    public double Value => Sum / Weight;

    /// <summary>Adds two parts, in the order of the samples.</summary>
    public static MetricSum operator +(MetricSum left, MetricSum right) => new(left.Sum + right.Sum, left.Weight + right.Weight);
}
