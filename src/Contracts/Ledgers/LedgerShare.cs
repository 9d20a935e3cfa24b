namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>Which silo computed which workers' gradients of a step.</summary>
/// <param name="Silo">The silo's name.</param>
/// <param name="FirstWorker">First worker.</param>
/// <param name="EndWorker">Worker after the last.</param>
/// <param name="Speculative">Whether it computed in place of a silo that was late or lost.</param>
[GenerateSerializer, Immutable, Alias("mnist.LedgerShare")]
public readonly record struct LedgerShare(
    [property: Id(0)] string Silo,
    [property: Id(1)] int FirstWorker,
    [property: Id(2)] int EndWorker,
    [property: Id(3)] bool Speculative);
