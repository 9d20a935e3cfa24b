namespace Mnist.Distributed.Contracts.State;

/// <summary>What the workers' samples of one step, or of a part of it, add up to.</summary>
/// <param name="LossSum">Sum of the samples' losses.</param>
/// <param name="MetricSum">Sum of the samples' metric; for accuracy, correct answers.</param>
/// <param name="MetricWeight">Sum of the metric's weights; for accuracy, samples.</param>
/// <param name="Samples">Samples seen.</param>
[GenerateSerializer, Immutable, Alias("mnist.StepTotals")]
public readonly record struct StepTotals(
    [property: Id(0)] double LossSum,
    [property: Id(1)] double MetricSum,
    [property: Id(2)] double MetricWeight,
    [property: Id(3)] int Samples)
{
    /// <summary>Mean loss per sample.</summary>
    public double Loss => Samples == 0 ? 0 : LossSum / Samples;

    /// <summary>The metric: its sum divided by its weight.</summary>
    public double Metric => MetricWeight == 0 ? 0 : MetricSum / MetricWeight;

    /// <summary>Adds two parts. The order of additions is that of the summation tree.</summary>
    public static StepTotals operator +(StepTotals left, StepTotals right) => new(
        left.LossSum + right.LossSum,
        left.MetricSum + right.MetricSum,
        left.MetricWeight + right.MetricWeight,
        left.Samples + right.Samples);
}
