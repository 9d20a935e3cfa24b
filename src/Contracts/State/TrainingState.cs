using Mnist.Distributed.Contracts.Ledgers;

namespace Mnist.Distributed.Contracts.State;

/// <summary>Everything a run is at one step: what a replica holds and a checkpoint keeps.</summary>
/// <param name="Step">Committed steps since the start of the run; the next step to compute.</param>
/// <param name="Parameters">Parameters and running statistics in the layout of the run's model.</param>
/// <param name="Slots">
/// The optimizer's slots, one after the other, each as long as the trained parameters; empty for an
/// optimizer without slots.
/// </param>
/// <param name="BatchesTracked">Batches folded into the running statistics, those before the run included.</param>
/// <param name="Totals">Totals of the epoch that <paramref name="Step"/> is in.</param>
/// <param name="Ledger">The ledger of the steps that are not durable yet, and perhaps of some before.</param>
/// <param name="Layout">Digest of the layout: a state that another build has stored may have the same tensors in another order.</param>
[GenerateSerializer, Immutable, Alias("mnist.TrainingState")]
public sealed record TrainingState(
    [property: Id(0)] long Step,
    [property: Id(1)] ParameterVector Parameters,
    [property: Id(2)] ParameterVector Slots,
    [property: Id(3)] long BatchesTracked,
    [property: Id(4)] EpochTotals Totals,
    [property: Id(5)] Ledger Ledger,
    [property: Id(6)] long Layout = 0);
