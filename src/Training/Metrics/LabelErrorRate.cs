using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Metrics;

/// <summary>
/// The label error rate: edit distances between read and written strings, divided by the number of
/// written labels.
/// </summary>
/// <param name="width">Number of outputs of a column.</param>
/// <param name="decoder">Reads a string from outputs.</param>
public sealed class LabelErrorRate(int width, ColumnDecoder decoder) : IMetric<Symbols>
{
    /// <inheritdoc />
    public Metric Kind { get; } = new(decoder.Name("label error rate"), HigherIsBetter: false, IsShare: true);

    /// <inheritdoc />
    public MetricSum Of(ReadOnlySpan<float> outputs, Symbols target) => new(EditDistance.Of(decoder.Read(outputs, width), target), target.Length);
}
