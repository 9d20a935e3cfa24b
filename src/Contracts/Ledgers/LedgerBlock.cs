namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>Consecutive steps with the same shares.</summary>
/// <param name="FirstStep">First step.</param>
/// <param name="EndStep">Step after the last.</param>
/// <param name="Shares">
/// The silos and the workers that they computed, in worker order. Together they cover every worker
/// once.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.LedgerBlock")]
public sealed record LedgerBlock(
    [property: Id(0)] long FirstStep,
    [property: Id(1)] long EndStep,
    [property: Id(2)] IReadOnlyList<LedgerShare> Shares);
