using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Training.Objectives;

/// <summary>The usual objective: loss and metric of a sample depend on no other sample.</summary>
/// <typeparam name="TTarget">The target of a sample, such as its label.</typeparam>
/// <param name="targets">The samples' targets.</param>
/// <param name="loss">The loss of a sample.</param>
/// <param name="metric">The metric of a sample.</param>
/// <param name="further">Metrics that are measured when a result is looked at closely.</param>
public sealed class PerSampleObjective<TTarget>(
    ITargets<TTarget> targets, ILoss<TTarget> loss, IMetric<TTarget> metric, params IReadOnlyList<IMetric<TTarget>> further) : IObjective
    where TTarget : allows ref struct
{
    /// <inheritdoc />
    public int Outputs { get; } = targets.Outputs;

    /// <inheritdoc />
    public Metric Metric => metric.Kind;

    /// <inheritdoc />
    public IReadOnlyList<Metric> Metrics { get; } = [metric.Kind, .. further.Select(one => one.Kind)];

    /// <inheritdoc />
    public ISampleView View(ImageSet split, SceneKey key) => targets.View(split, key);

    /// <inheritdoc />
    public StepTotals Judge(Batch batch, ReadOnlySpan<float> outputs, Span<float> byOutputs)
    {
        var lossSum = 0.0;
        MetricSum sum = default;
        var samples = batch.Samples;
        for (var sample = 0; sample < samples; sample++)
        {
            var target = targets.Of(batch, sample);
            var own = outputs.Slice(sample * Outputs, Outputs);
            lossSum += loss.Of(own, target, byOutputs.IsEmpty ? [] : byOutputs.Slice(sample * Outputs, Outputs));
            sum += metric.Of(own, target);
        }

        return new StepTotals(lossSum, sum.Sum, sum.Weight, samples);
    }

    /// <inheritdoc />
    public MetricSum[] Measure(Batch batch, ReadOnlySpan<float> outputs)
    {
        var target = targets.Of(batch, 0);
        var sums = new MetricSum[1 + further.Count];
        sums[0] = metric.Of(outputs, target);
        for (var i = 0; i < further.Count; i++)
        {
            sums[i + 1] = further[i].Of(outputs, target);
        }

        return sums;
    }
}
