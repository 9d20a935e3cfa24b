using Mnist.Distributed.Contracts.Ledgers;

namespace Mnist.Distributed.Contracts.State;

/// <summary>
/// The whole state of a run at one step. A replica holds it, and a checkpoint keeps it.
/// </summary>
/// <param name="Step">
/// Number of committed steps since the start of the run. It is also the index of the next step to
/// compute.
/// </param>
/// <param name="Parameters">Parameters and running statistics, in the layout of the model.</param>
/// <param name="Slots">
/// The slots of the optimizer, one after the other. Each slot is as long as the trained parameters.
/// Empty for an optimizer without slots. In a run with a moving average, the average of the
/// parameters is one more slot after these.
/// </param>
/// <param name="BatchesTracked">
/// Number of batches in the running statistics, including batches before the run.
/// </param>
/// <param name="Totals">Totals of the epoch that <paramref name="Step"/> is in.</param>
/// <param name="Ledger">
/// The ledger of the steps that are not durable yet. It may begin with some durable steps.
/// </param>
/// <param name="Layout">
/// Digest of the layout of the vector. A state that another build has stored may have the same
/// tensors in another order.
/// </param>
/// <param name="Optimizer">
/// Name of the optimizer that the slots belong to; null in a state that an older build has stored.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.TrainingState")]
public sealed record TrainingState(
    [property: Id(0)] long Step,
    [property: Id(1)] ParameterVector Parameters,
    [property: Id(2)] ParameterVector Slots,
    [property: Id(3)] long BatchesTracked,
    [property: Id(4)] EpochTotals Totals,
    [property: Id(5)] Ledger Ledger,
    [property: Id(6)] long Layout = 0,
    [property: Id(10)] string? Optimizer = null);
