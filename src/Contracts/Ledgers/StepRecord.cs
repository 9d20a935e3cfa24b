namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>What the ledger notes of one step. Travels with the step's update, so every replica has it.</summary>
/// <param name="Shares">Who computed what, in worker order.</param>
/// <param name="Incidents">What happened since the step before.</param>
/// <param name="Hash">The replicas' hash of the parameters that the step was computed with, where one was asked for.</param>
[GenerateSerializer, Immutable, Alias("mnist.StepRecord")]
public sealed record StepRecord(
    [property: Id(0)] IReadOnlyList<LedgerShare> Shares,
    [property: Id(1)] IReadOnlyList<Incident> Incidents,
    [property: Id(2)] StateHash? Hash);
