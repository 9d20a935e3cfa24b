namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>Steps in a row that were computed by the same silos.</summary>
/// <param name="FirstStep">First step.</param>
/// <param name="EndStep">Step after the last.</param>
/// <param name="Shares">Who computed what, in worker order; together they cover every worker once.</param>
[GenerateSerializer, Immutable, Alias("mnist.LedgerBlock")]
public sealed record LedgerBlock(
    [property: Id(0)] long FirstStep,
    [property: Id(1)] long EndStep,
    [property: Id(2)] IReadOnlyList<LedgerShare> Shares);
