namespace Mnist.Distributed.Contracts.State;

/// <summary>Totals over the samples of one step, or of a part of a step.</summary>
/// <param name="LossSum">Sum of the loss over the samples.</param>
/// <param name="MetricSum">
/// Sum of the metric over the samples; for accuracy, the number of correct answers.
/// </param>
/// <param name="MetricWeight">
/// Sum of the weights of the metric; for accuracy, the number of samples.
/// </param>
/// <param name="Samples">Number of samples.</param>
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

    /// <summary>
    /// Adds two parts. The callers add in the order of the summation tree, because floating-point
    /// addition is not associative.
    /// </summary>
    public static StepTotals operator +(StepTotals left, StepTotals right) => new(
        left.LossSum + right.LossSum,
        left.MetricSum + right.MetricSum,
        left.MetricWeight + right.MetricWeight,
        left.Samples + right.Samples);
}
