using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Metrics;

/// <summary>
/// The share of samples that are answered correctly. An output above 0 means yes.
/// </summary>
public sealed class BinaryAccuracy : IMetric<bool>
{
    /// <inheritdoc />
    public Metric Kind => Metric.Accuracy;

    /// <inheritdoc />
    public MetricSum Of(ReadOnlySpan<float> outputs, bool target) => new(outputs[0] > 0 == target ? 1 : 0, 1);
}
