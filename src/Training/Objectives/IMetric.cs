using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Objectives;

/// <summary>A metric per sample: the metric of many samples is the weighted mean.</summary>
/// <typeparam name="TTarget">What the outputs are compared with, such as a label.</typeparam>
public interface IMetric<TTarget>
    where TTarget : allows ref struct
{
    /// <summary>The metric's name, and how to read its values.</summary>
    Metric Kind { get; }

    /// <summary>What one sample adds to the metric's sum and to the sum of its weights.</summary>
    (double Sum, double Weight) Of(ReadOnlySpan<float> outputs, TTarget target);
}
