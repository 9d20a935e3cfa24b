using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Metrics;

/// <summary>
/// A metric of one sample. The metric of many samples is their weighted mean. May be used by
/// several threads at a time.
/// </summary>
/// <typeparam name="TTarget">The target of a sample, such as its label.</typeparam>
public interface IMetric<TTarget>
    where TTarget : allows ref struct
{
    /// <summary>The metric's name, whether higher is better, and whether it is a share.</summary>
    Metric Kind { get; }

    /// <summary>
    /// The summands of one sample: for the metric's sum, and for the sum of its weights.
    /// </summary>
    /// <param name="outputs">The network's outputs for the sample.</param>
    /// <param name="target">The sample's target.</param>
    MetricSum Of(ReadOnlySpan<float> outputs, TTarget target);
}
