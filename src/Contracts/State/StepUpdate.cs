using Mnist.Distributed.Contracts.Ledgers;

namespace Mnist.Distributed.Contracts.State;

/// <summary>What turns the state at <paramref name="Step"/> into the state at the step after it, on every replica alike.</summary>
/// <param name="Step">The step whose gradient this is.</param>
/// <param name="Gradient">Sum over the step's samples of the loss' gradient and of the batch statistics, in the model's layout; whoever applies it divides by the samples.</param>
/// <param name="Totals">Loss, correct answers and samples of the step.</param>
/// <param name="Record">What the ledger notes of the step; null where no ledger is kept.</param>
[GenerateSerializer, Immutable, Alias("mnist.StepUpdate")]
public sealed record StepUpdate(
    [property: Id(0)] long Step,
    [property: Id(1)] ParameterVector Gradient,
    [property: Id(2)] StepTotals Totals,
    [property: Id(3)] StepRecord? Record);
