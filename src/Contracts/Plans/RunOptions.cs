namespace Mnist.Distributed.Contracts.Plans;

/// <summary>
/// Options of a run that do not change a bit of its training. Only <see cref="Keep"/> chooses which
/// of the trained weights are written.
/// </summary>
[GenerateSerializer, Immutable, Alias("mnist.RunOptions")]
public sealed record RunOptions
{
    /// <summary>
    /// Steps between checkpoints within an epoch. With 0, the run has checkpoints only at the end
    /// of each epoch. Default: 0.
    /// </summary>
    [Id(0)] public int CheckpointEvery { get; init; }

    /// <summary>
    /// Steps between hashes of the state in the ledger. With 0, the ledger has no hashes. Default:
    /// 1.
    /// </summary>
    [Id(1)] public int HashEvery { get; init; } = 1;

    /// <summary>
    /// Whether silos may take part whose fingerprints differ. Their results may differ in the last
    /// bits, so the result of the run is then not reproducible. Default: no.
    /// </summary>
    [Id(2)] public bool AcceptMixedNumerics { get; init; }

    /// <summary>
    /// Number of slices of the parameter vector. Each slice is summed and passed on by a silo of
    /// its own. With 1, the parameter server exchanges whole vectors with every silo. Default: 1.
    /// </summary>
    [Id(3)] public int Slices { get; init; } = 1;

    /// <summary>
    /// Number of parts into which a silo divides the other silos when it passes on a slice; a power
    /// of two. Default: 4.
    /// </summary>
    [Id(4)] public int FanOut { get; init; } = 4;

    /// <summary>
    /// The epoch whose weights are written as the result. This is an option and not a part of the
    /// plan, because the training goes on from the last weights in either case. Default: the last.
    /// </summary>
    [Id(5)] public KeptEpoch Keep { get; init; }
}
