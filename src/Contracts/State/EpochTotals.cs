namespace Mnist.Distributed.Contracts.State;

/// <summary>What an epoch's steps add up to. Part of the training state, so it survives with the parameters.</summary>
/// <param name="Steps">Steps committed in this epoch.</param>
/// <param name="LossSum">Sum over steps of the step's mean loss per sample.</param>
/// <param name="Correct">Samples whose largest output was their label, in training mode.</param>
/// <param name="Samples">Samples seen.</param>
[GenerateSerializer, Immutable, Alias("mnist.EpochTotals")]
public readonly record struct EpochTotals(
    [property: Id(0)] int Steps,
    [property: Id(1)] double LossSum,
    [property: Id(2)] long Correct,
    [property: Id(3)] long Samples)
{
    /// <summary>Mean over steps of the mean loss: the recipe's train loss.</summary>
    public double Loss => Steps == 0 ? 0 : LossSum / Steps;

    /// <summary>Share of samples classified correctly, 0..1.</summary>
    public double Accuracy => Samples == 0 ? 0 : (double)Correct / Samples;

    /// <summary>The totals after one more step; the first step of an epoch begins anew.</summary>
    /// <param name="step">The step that is added, counted from the start of the run.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    /// <param name="totals">What its samples add up to.</param>
    public EpochTotals After(long step, int stepsPerEpoch, StepTotals totals)
    {
        var before = step % stepsPerEpoch == 0 ? default : this;
        return new(before.Steps + 1, before.LossSum + totals.Loss, before.Correct + totals.Correct, before.Samples + totals.Samples);
    }
}

/// <summary>What the workers' samples of one step, or of a part of it, add up to.</summary>
/// <param name="LossSum">Sum of the samples' losses.</param>
/// <param name="Correct">Samples classified correctly.</param>
/// <param name="Samples">Samples seen.</param>
[GenerateSerializer, Immutable, Alias("mnist.StepTotals")]
public readonly record struct StepTotals(
    [property: Id(0)] double LossSum,
    [property: Id(1)] int Correct,
    [property: Id(2)] int Samples)
{
    /// <summary>Mean loss per sample.</summary>
    public double Loss => Samples == 0 ? 0 : LossSum / Samples;

    /// <summary>Adds two parts. The order of additions is that of the summation tree.</summary>
    public static StepTotals operator +(StepTotals left, StepTotals right) =>
        new(left.LossSum + right.LossSum, left.Correct + right.Correct, left.Samples + right.Samples);
}
