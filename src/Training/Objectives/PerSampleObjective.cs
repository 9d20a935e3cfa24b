using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Losses;

namespace Mnist.Distributed.Training.Objectives;

/// <summary>The usual objective: loss and metric of a sample depend on no other sample.</summary>
/// <typeparam name="TTarget">The target of a sample, such as its label.</typeparam>
/// <param name="targets">The samples' targets.</param>
/// <param name="loss">The loss of a sample.</param>
/// <param name="metric">The metric of a sample.</param>
public sealed class PerSampleObjective<TTarget>(ITargets<TTarget> targets, ILoss<TTarget> loss, IMetric<TTarget> metric) : IObjective
    where TTarget : allows ref struct
{
    /// <inheritdoc />
    public int Outputs { get; } = targets.Outputs;

    /// <inheritdoc />
    public Metric Metric => metric.Kind;

    /// <inheritdoc />
    public StepTotals Judge(Batch batch, ReadOnlySpan<float> outputs, Span<float> byOutputs)
    {
        var (lossSum, metricSum, metricWeight) = (0.0, 0.0, 0.0);
        for (var sample = 0; sample < batch.Count; sample++)
        {
            var target = targets.Of(batch, sample);
            var own = outputs.Slice(sample * Outputs, Outputs);
            lossSum += loss.Of(own, target, byOutputs.IsEmpty ? [] : byOutputs.Slice(sample * Outputs, Outputs));
            var (sum, weight) = metric.Of(own, target);
            metricSum += sum;
            metricWeight += weight;
        }

        return new StepTotals(lossSum, metricSum, metricWeight, batch.Count);
    }
}
