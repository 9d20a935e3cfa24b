using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Metrics;

/// <summary>
/// Intersection over union of the pixels whose outputs are above 0 and a mask. The mean over the
/// images; 1 for two empty masks.
/// </summary>
public sealed class MaskIoU : IMetric<ReadOnlySpan<float>>
{
    /// <inheritdoc />
    public Metric Kind { get; } = new("IoU", HigherIsBetter: true, IsShare: true);

    /// <inheritdoc />
    public MetricSum Of(ReadOnlySpan<float> outputs, ReadOnlySpan<float> target)
    {
        var (both, found, mask) = MaskOverlap.Of(outputs, target);
        return new(found + mask == 0 ? 1 : (double)both / (found + mask - both), 1);
    }
}
