namespace Mnist.Distributed.Contracts.State;

/// <summary>
/// What an epoch's steps add up to. Part of the training state, so it survives with the parameters.
/// </summary>
/// <param name="Steps">Steps committed in this epoch.</param>
/// <param name="LossSum">Sum over steps of the step's mean loss per sample.</param>
/// <param name="MetricSum">Sum of the metric over the samples, in training mode.</param>
/// <param name="MetricWeight">Sum of the metric's weights over the samples.</param>
/// <param name="Samples">Samples seen.</param>
[GenerateSerializer, Immutable, Alias("mnist.EpochTotals")]
public readonly record struct EpochTotals(
    [property: Id(0)] int Steps,
    [property: Id(1)] double LossSum,
    [property: Id(2)] double MetricSum,
    [property: Id(3)] double MetricWeight,
    [property: Id(4)] long Samples)
{
    /// <summary>Mean over steps of the mean loss: the recipe's train loss.</summary>
    public double Loss => Steps == 0 ? 0 : LossSum / Steps;

    /// <summary>The metric: its sum divided by its weight.</summary>
    public double Metric => MetricWeight == 0 ? 0 : MetricSum / MetricWeight;

    /// <summary>The totals after one more step; the first step of an epoch begins anew.</summary>
    /// <param name="step">The step that is added, counted from the start of the run.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    /// <param name="totals">What the step's samples add up to.</param>
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
