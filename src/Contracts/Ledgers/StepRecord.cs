namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>
/// The ledger's entry for one step. It travels with the update of the step, so every replica has
/// it.
/// </summary>
/// <param name="Shares">The silos and the workers that they computed, in worker order.</param>
/// <param name="Incidents">The incidents since the step before.</param>
/// <param name="Hash">
/// The hash of the state that the step was computed with; null when no hash was asked for.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.StepRecord")]
public sealed record StepRecord(
    [property: Id(0)] IReadOnlyList<LedgerShare> Shares,
    [property: Id(1)] IReadOnlyList<Incident> Incidents,
    [property: Id(2)] StateHash? Hash);
