namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>
/// The history of the steps of a run: which silo computed which workers, the incidents, and the
/// hashes of the state. The ledger is part of the training state and is committed with it, so it
/// contains each committed step exactly once, whatever faults happen.
/// </summary>
/// <param name="FirstStep">First step of the ledger, counted from the start of the run.</param>
/// <param name="EndStep">Step after the last.</param>
/// <param name="Blocks">
/// The silos and the workers that they computed; contiguous, in step order.
/// </param>
/// <param name="Incidents">The incidents, in step order.</param>
/// <param name="Hashes">Hashes of the parameters and the momentum, in step order.</param>
[GenerateSerializer, Immutable, Alias("mnist.Ledger")]
public sealed record Ledger(
    [property: Id(0)] long FirstStep,
    [property: Id(1)] long EndStep,
    [property: Id(2)] IReadOnlyList<LedgerBlock> Blocks,
    [property: Id(3)] IReadOnlyList<Incident> Incidents,
    [property: Id(4)] IReadOnlyList<StateHash> Hashes)
{
    /// <summary>An empty ledger that begins at a step.</summary>
    /// <param name="step">The next step.</param>
    public static Ledger StartingAt(long step) => new(step, step, [], [], []);
}
