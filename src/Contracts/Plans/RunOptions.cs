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

    /// <summary>Name, tags and notes of the run. Default: none.</summary>
    [Id(6)] public RunLabels Labels { get; init; } = RunLabels.None;

    /// <summary>
    /// Whether the run trains on one silo, that of its parameter server. If this silo is lost, the
    /// run goes on on another one from its newest checkpoint. Default: on all silos.
    /// </summary>
    [Id(7)] public bool IsOnOneSilo { get; init; }

    /// <summary>
    /// The epoch after which the run stops, so that somebody may decide whether it is resumed. With
    /// 0, it does not stop before its end. Default: 0.
    /// </summary>
    [Id(8)] public int PauseAfter { get; init; }

    /// <summary>
    /// Whether the run waits until no other run trains on the cluster. Default: no.
    /// </summary>
    [Id(9)] public bool IsQueued { get; init; }
}
