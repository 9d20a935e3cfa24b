using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Metrics;

/// <summary>
/// Accuracy: the share of samples whose largest output is the one of their label.
/// </summary>
public sealed class Accuracy : IMetric<int>
{
    /// <inheritdoc />
    public Metric Kind => Metric.Accuracy;

    /// <inheritdoc />
    public MetricSum Of(ReadOnlySpan<float> outputs, int target) => new(ClassOf(outputs) == target ? 1 : 0, 1);

    /// <summary>The class with the largest output; of several equal ones the first.</summary>
    public static int ClassOf(ReadOnlySpan<float> outputs)
    {
        var best = 0;
        for (var c = 1; c < outputs.Length; c++)
        {
            best = outputs[c] > outputs[best] ? c : best;
        }

        return best;
    }
}
