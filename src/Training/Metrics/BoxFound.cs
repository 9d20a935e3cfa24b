using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Metrics;

/// <summary>The share of images with an intersection over union of more than 0.5.</summary>
public sealed class BoxFound : IMetric<Box>
{
    /// <inheritdoc />
    public Metric Kind { get; } = new("IoU over 0.5", HigherIsBetter: true, IsShare: true);

    /// <inheritdoc />
    public MetricSum Of(ReadOnlySpan<float> outputs, Box target) => new(Box.OfOutputs(outputs).IoU(target) > 0.5 ? 1 : 0, 1);
}
