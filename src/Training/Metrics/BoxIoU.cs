using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Metrics;

/// <summary>The mean over the images of intersection over union of two boxes.</summary>
public sealed class BoxIoU : IMetric<Box>
{
    /// <inheritdoc />
    public Metric Kind { get; } = new("mean IoU", HigherIsBetter: true, IsShare: true);

    /// <inheritdoc />
    public MetricSum Of(ReadOnlySpan<float> outputs, Box target) => new(Box.OfOutputs(outputs).IoU(target), 1);
}
