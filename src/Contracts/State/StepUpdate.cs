using Mnist.Distributed.Contracts.Ledgers;

namespace Mnist.Distributed.Contracts.State;

/// <summary>
/// The update that turns the state at <paramref name="Step"/> into the state at the next step,
/// equally on every replica.
/// </summary>
/// <param name="Step">The step of the gradient, counted from the start of the run.</param>
/// <param name="Gradient">
/// Sum of the gradient of the loss and of the batch statistics over the samples of the step, in the
/// layout of the model. The replica that applies the update divides by the number of samples.
/// </param>
/// <param name="Totals">Totals of the loss, of the metric and of the samples of the step.</param>
/// <param name="Record">The ledger entry of the step; null where no ledger is kept.</param>
[GenerateSerializer, Immutable, Alias("mnist.StepUpdate")]
public sealed record StepUpdate(
    [property: Id(0)] long Step,
    [property: Id(1)] ParameterVector Gradient,
    [property: Id(2)] StepTotals Totals,
    [property: Id(3)] StepRecord? Record);
