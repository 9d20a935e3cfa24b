using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// The record of a run: all that is durable of it. It is stored as one object, so its parts always
/// belong together.
/// </summary>
[GenerateSerializer, Alias("mnist.RunRecord")]
public sealed class RunRecord : IDamageable, ISigned
{
    /// <summary>The status of the run.</summary>
    [Id(0)] public RunStatus Status { get; set; }

    /// <summary>The plan; null before the run is started.</summary>
    [Id(1)] public TrainingPlan? Plan { get; set; }

    /// <summary>Metrics of the completed epochs.</summary>
    [Id(2)] public List<EpochMetrics> Epochs { get; set; } = [];

    /// <summary>The participants at the start, or at the last resume.</summary>
    [Id(3)] public List<SiloReport> Silos { get; set; } = [];

    /// <summary>Why the run failed or stopped early, or where it was stopped.</summary>
    [Id(4)] public string? Message { get; set; }

    /// <summary>W3C trace context of the caller that started the run.</summary>
    [Id(5)] public string? TraceParent { get; set; }

    /// <summary>
    /// The number of the newest generation: how many parameter servers the run has had.
    /// </summary>
    [Id(6)] public long Generation { get; set; }

    /// <summary>
    /// A number that a later generation may have had, in a record that was damaged; 0 if no record
    /// was damaged.
    /// </summary>
    [Id(21)] public long LostGeneration { get; set; }

    /// <summary>The silo of the newest parameter server.</summary>
    [Id(16)] public SiloAddress? Server { get; set; }

    /// <summary>The options of the run.</summary>
    [Id(7)] public RunOptions Options { get; set; } = new();

    /// <summary>The fingerprint of every silo of the run.</summary>
    [Id(8)] public string? Fingerprint { get; set; }

    /// <summary>
    /// The newest checkpoint; null when the run starts from newly drawn weights and has no
    /// checkpoint yet.
    /// </summary>
    [Id(9)] public TrainingState? Checkpoint { get; set; }

    /// <summary>The ledger from the start of the run to the checkpoint.</summary>
    [Id(10)] public Ledger Ledger { get; set; } = Ledger.StartingAt(0);

    /// <summary>
    /// All incidents, in the order in which the run grain learnt of them. The list only grows.
    /// </summary>
    [Id(11)] public List<Incident> Incidents { get; set; } = [];

    /// <summary>Seconds that the epoch in progress had taken at the checkpoint.</summary>
    [Id(12)] public double EpochSeconds { get; set; }

    /// <summary>The time (UTC) of the checkpoint, or of the resume from it.</summary>
    [Id(15)] public DateTime CheckpointedAt { get; set; }

    /// <summary>
    /// Seconds that the steps of the parameter server had taken at the checkpoint. After a
    /// failover, a negative number: the time that was lost since the checkpoint.
    /// </summary>
    [Id(17)] public double ServerSeconds { get; set; }

    /// <summary>
    /// The weights of the best epoch so far; null if the run keeps the last ones, or has no epoch
    /// yet.
    /// </summary>
    [Id(18)] public RunWeights? Best { get; set; }

    /// <summary>The curves of the run.</summary>
    [Id(19)] public RunCurves Curves { get; set; } = new();

    /// <summary>How many times the record has been written.</summary>
    [Id(13)] public long Version { get; set; }

    /// <summary>Identifies the activation that has written this version.</summary>
    [Id(14)] public string Writer { get; set; } = "";

    /// <summary>
    /// The id of the run. The record may be signed, and must then not count for another run.
    /// </summary>
    [Id(20)] public string RunId { get; set; } = "";

    /// <summary>The time (UTC) when the run was started; null if it is not known.</summary>
    [Id(22)] public DateTime? StartedAt { get; set; }

    /// <summary>The time (UTC) when the run ended; null while it has not.</summary>
    [Id(23)] public DateTime? EndedAt { get; set; }

    /// <inheritdoc />
    [field: NonSerialized]
    public string? Damage { get; set; }

    /// <inheritdoc />
    [field: NonSerialized]
    public string? Signer { get; set; }

    /// <inheritdoc />
    [field: NonSerialized]
    public bool IsSignerRevoked { get; set; }

    /// <summary>The step of the checkpoint.</summary>
    public long Step => Checkpoint?.Step ?? 0;

    /// <summary>The test metrics of the completed epochs, in their order.</summary>
    public double[] TestMetrics => [.. Epochs.Select(epoch => epoch.TestMetric)];
}
