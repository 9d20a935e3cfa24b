using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Metrics;

/// <summary>
/// The Dice coefficient of the pixels whose outputs are above 0 and a mask: twice their
/// intersection divided by the sum of their sizes. The mean over the images; 1 for two empty masks.
/// </summary>
public sealed class MaskDice : IMetric<ReadOnlySpan<float>>
{
    /// <inheritdoc />
    public Metric Kind { get; } = new("Dice", HigherIsBetter: true, IsShare: true);

    /// <inheritdoc />
    public MetricSum Of(ReadOnlySpan<float> outputs, ReadOnlySpan<float> target)
    {
        var (both, found, mask) = MaskOverlap.Of(outputs, target);
        return new(found + mask == 0 ? 1 : 2.0 * both / (found + mask), 1);
    }
}
