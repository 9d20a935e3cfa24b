using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Training.Evaluation;

/// <summary>
/// Loss and metric of the test split, from the totals of its batches. The sums are in the order of
/// the batches, so equal batches give equal bits.
/// </summary>
/// <param name="Batches">The totals of each batch, in order; at least one.</param>
public readonly record struct TestTotals(IReadOnlyList<StepTotals> Batches)
{
    /// <summary>Mean over the batches of the mean loss per sample of a batch.</summary>
    public double Loss => Batches.Average(batch => batch.Loss);

    /// <summary>The metric over all samples.</summary>
    public double Metric => Batches.Aggregate((left, right) => left + right).Metric;
}
