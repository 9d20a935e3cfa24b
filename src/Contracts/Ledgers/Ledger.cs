namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>
/// What a run's steps were made of: who computed them, what happened meanwhile, and the parameters' hashes. It is part of the training state and
/// committed with it, so each step is in it once, whatever happened.
/// </summary>
/// <param name="FirstStep">First step it is about.</param>
/// <param name="EndStep">Step after the last.</param>
/// <param name="Blocks">Who computed what; contiguous, in step order.</param>
/// <param name="Incidents">What happened, in order.</param>
/// <param name="Hashes">Hashes of the parameters, in step order.</param>
[GenerateSerializer, Immutable, Alias("mnist.Ledger")]
public sealed record Ledger(
    [property: Id(0)] long FirstStep,
    [property: Id(1)] long EndStep,
    [property: Id(2)] IReadOnlyList<LedgerBlock> Blocks,
    [property: Id(3)] IReadOnlyList<Incident> Incidents,
    [property: Id(4)] IReadOnlyList<StateHash> Hashes)
{
    /// <summary>The ledger before a step has been committed.</summary>
    /// <param name="step">The next step.</param>
    public static Ledger StartingAt(long step) => new(step, step, [], [], []);
}
