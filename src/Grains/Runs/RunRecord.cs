using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// All that is kept of a run. It is stored as a whole, so that its parts always belong together.
/// </summary>
[GenerateSerializer, Alias("mnist.RunRecord")]
public sealed class RunRecord : IDamageable
{
    /// <summary>Where the run is in its life.</summary>
    [Id(0)] public RunStatus Status { get; set; }

    /// <summary>What it trains.</summary>
    [Id(1)] public TrainingPlan? Plan { get; set; }

    /// <summary>Metrics of the completed epochs.</summary>
    [Id(2)] public List<EpochMetrics> Epochs { get; set; } = [];

    /// <summary>The silos that took part at its start.</summary>
    [Id(3)] public List<SiloReport> Silos { get; set; } = [];

    /// <summary>Why it failed or where it stopped.</summary>
    [Id(4)] public string? Message { get; set; }

    /// <summary>W3C trace context of who started it.</summary>
    [Id(5)] public string? TraceParent { get; set; }

    /// <summary>The newest generation of the run: how many parameter servers it has had.</summary>
    [Id(6)] public long Generation { get; set; }

    /// <summary>The silo of that parameter server.</summary>
    [Id(16)] public SiloAddress? Server { get; set; }

    /// <summary>How it is carried out.</summary>
    [Id(7)] public RunOptions Options { get; set; } = new();

    /// <summary>The numerics that every silo of the run has.</summary>
    [Id(8)] public string? Fingerprint { get; set; }

    /// <summary>
    /// The newest checkpoint; null when the run starts from freshly drawn weights and has not been
    /// checkpointed yet.
    /// </summary>
    [Id(9)] public TrainingState? Checkpoint { get; set; }

    /// <summary>The ledger from the start of the run to the checkpoint.</summary>
    [Id(10)] public Ledger Ledger { get; set; } = Ledger.StartingAt(0);

    /// <summary>
    /// All that has happened, in the order in which the run learnt of it. Grows only.
    /// </summary>
    [Id(11)] public List<Incident> Incidents { get; set; } = [];

    /// <summary>Seconds that the epoch in progress had taken when it was checkpointed.</summary>
    [Id(12)] public double EpochSeconds { get; set; }

    /// <summary>When the checkpoint was made, or the run was resumed from it (UTC).</summary>
    [Id(15)] public DateTime CheckpointedAt { get; set; }

    /// <summary>
    /// Seconds that the parameter server's steps had taken at the checkpoint; below 0 if it has
    /// taken over since, by the time that was lost.
    /// </summary>
    [Id(17)] public double ServerSeconds { get; set; }

    /// <summary>How often the record has been written.</summary>
    [Id(13)] public long Version { get; set; }

    /// <summary>Tells the writer of this version from another one.</summary>
    [Id(14)] public string Writer { get; set; } = "";

    /// <inheritdoc />
    [field: NonSerialized]
    public string? Damage { get; set; }

    /// <summary>The step of the checkpoint.</summary>
    public long Step => Checkpoint?.Step ?? 0;
}
