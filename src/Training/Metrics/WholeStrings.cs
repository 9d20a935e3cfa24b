using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Metrics;

/// <summary>The share of strings that are read without any error.</summary>
/// <param name="width">Number of outputs of a column.</param>
/// <param name="decoder">Reads a string from outputs.</param>
public sealed class WholeStrings(int width, ColumnDecoder decoder) : IMetric<Symbols>
{
    /// <inheritdoc />
    public Metric Kind { get; } = new(decoder.Name("whole strings"), HigherIsBetter: true, IsShare: true);

    /// <inheritdoc />
    public MetricSum Of(ReadOnlySpan<float> outputs, Symbols target) => new(EditDistance.Of(decoder.Read(outputs, width), target) == 0 ? 1 : 0, 1);
}
