namespace Mnist.Distributed.Contracts.State;

/// <summary>
/// Totals over the steps of an epoch. They are part of the training state, so a failover does not
/// lose them.
/// </summary>
/// <param name="Steps">Number of steps committed in this epoch.</param>
/// <param name="LossSum">Sum over the steps of the mean loss per sample of the step.</param>
/// <param name="MetricSum">Sum of the metric over the samples, in training mode.</param>
/// <param name="MetricWeight">Sum of the metric's weights over the samples.</param>
/// <param name="Samples">Number of samples.</param>
[GenerateSerializer, Immutable, Alias("mnist.EpochTotals")]
public readonly record struct EpochTotals(
    [property: Id(0)] int Steps,
    [property: Id(1)] double LossSum,
    [property: Id(2)] double MetricSum,
    [property: Id(3)] double MetricWeight,
    [property: Id(4)] long Samples)
{
    /// <summary>
    /// Mean over the steps of the mean loss per sample: the training loss of the recipe.
    /// </summary>
    public double Loss => Steps == 0 ? 0 : LossSum / Steps;

    /// <summary>The metric: its sum divided by its weight.</summary>
    public double Metric => MetricWeight == 0 ? 0 : MetricSum / MetricWeight;

    /// <summary>
    /// The totals after one more step. The first step of an epoch starts new totals.
    /// </summary>
    /// <param name="step">The step to add, counted from the start of the run.</param>
    /// <param name="stepsPerEpoch">Number of steps of an epoch.</param>
    /// <param name="totals">The totals of the step.</param>
    public EpochTotals After(long step, int stepsPerEpoch, StepTotals totals)
    {
        var before = step % stepsPerEpoch == 0 ? default : this;
        return new(
            before.Steps + 1,
            before.LossSum + totals.Loss,
            before.MetricSum + totals.MetricSum,
            before.MetricWeight + totals.MetricWeight,
            before.Samples + totals.Samples);
    }
}
