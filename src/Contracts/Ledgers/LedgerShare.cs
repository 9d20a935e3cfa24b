namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>The workers that one silo computed in a step.</summary>
/// <param name="Silo">The silo's name.</param>
/// <param name="FirstWorker">Index of the first worker.</param>
/// <param name="EndWorker">Index after the last worker.</param>
/// <param name="Speculative">
/// Whether the silo computed them in place of a straggler or of a lost silo.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.LedgerShare")]
public readonly record struct LedgerShare(
    [property: Id(0)] string Silo,
    [property: Id(1)] int FirstWorker,
    [property: Id(2)] int EndWorker,
    [property: Id(3)] bool Speculative);
