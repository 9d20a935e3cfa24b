namespace Mnist.Distributed.Contracts.Plans;

/// <summary>How a run is carried out. Nothing here changes a bit of its result.</summary>
[GenerateSerializer, Immutable, Alias("mnist.RunOptions")]
public sealed record RunOptions
{
    /// <summary>Steps between checkpoints within an epoch; 0 checkpoints at the end of each epoch only. Default: 0.</summary>
    [Id(0)] public int CheckpointEvery { get; init; }

    /// <summary>Steps between hashes of the parameters in the ledger; 0 notes none. Default: 1.</summary>
    [Id(1)] public int HashEvery { get; init; } = 1;

    /// <summary>Whether silos may take part whose arithmetic may differ in its last bits; the result is then not reproducible. Default: no.</summary>
    [Id(2)] public bool AcceptMixedNumerics { get; init; }

    /// <summary>
    /// Silos that each add up and pass on one slice of the parameter vector. With 1, the parameter server exchanges whole vectors with every silo. Default: 1.
    /// </summary>
    [Id(3)] public int Slices { get; init; } = 1;

    /// <summary>Parts that a silo divides the others into when it passes on a slice; a power of two. Default: 4.</summary>
    [Id(4)] public int FanOut { get; init; } = 4;
}
