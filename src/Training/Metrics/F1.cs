using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Metrics;

/// <summary>
/// F1, the harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN). A true negative has no
/// weight.
/// </summary>
public sealed class F1 : IMetric<bool>
{
    /// <inheritdoc />
    public Metric Kind { get; } = new("F1", HigherIsBetter: true, IsShare: true);

    /// <inheritdoc />
    public MetricSum Of(ReadOnlySpan<float> outputs, bool target) => (outputs[0] > 0, target) switch
    {
        (true, true) => new(2, 2),
        (false, false) => default,
        _ => new(0, 1),
    };
}
