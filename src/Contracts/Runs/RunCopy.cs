using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Contracts.Runs;

/// <summary>
/// A copy of all that is durable of a run that does not train. Another cluster, or a process of its
/// own, can go on with it.
/// </summary>
/// <param name="RunId">The id of the run.</param>
/// <param name="Status">The status of the run.</param>
/// <param name="Message">Why it ended; null if there is nothing to say.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Options">The options.</param>
/// <param name="Fingerprint">The fingerprint of every silo of the run.</param>
/// <param name="Silos">The participants.</param>
/// <param name="Epochs">Metrics of the completed epochs.</param>
/// <param name="Incidents">The incidents.</param>
/// <param name="Checkpoint">The newest checkpoint; null if there is none.</param>
/// <param name="Initial">
/// The state that the run started from; null for newly drawn weights.
/// </param>
/// <param name="Best">The best weights; null if the run keeps the last ones.</param>
/// <param name="Ledger">The ledger up to the checkpoint.</param>
/// <param name="Points">The curves.</param>
/// <param name="EpochSeconds">
/// Seconds that the epoch in progress had taken at the checkpoint.
/// </param>
/// <param name="Generation">The newest generation that the run has had anywhere.</param>
/// <param name="StartedAt">The time (UTC) of the start; null if it is not known.</param>
/// <param name="EndedAt">The time (UTC) of the end; null if it is not known.</param>
/// <param name="TraceParent">W3C trace context of the root of the trace, or null.</param>
[GenerateSerializer, Immutable, Alias("mnist.RunCopy")]
public sealed record RunCopy(
    [property: Id(0)] string RunId,
    [property: Id(1)] RunStatus Status,
    [property: Id(2)] string? Message,
    [property: Id(3)] TrainingPlan Plan,
    [property: Id(4)] RunOptions Options,
    [property: Id(5)] string? Fingerprint,
    [property: Id(6)] IReadOnlyList<SiloReport> Silos,
    [property: Id(7)] IReadOnlyList<EpochMetrics> Epochs,
    [property: Id(8)] IReadOnlyList<Incident> Incidents,
    [property: Id(9)] TrainingState? Checkpoint,
    [property: Id(10)] TrainingState? Initial,
    [property: Id(11)] RunWeights? Best,
    [property: Id(12)] Ledger Ledger,
    [property: Id(13)] IReadOnlyList<RunPoint> Points,
    [property: Id(14)] double EpochSeconds,
    [property: Id(15)] long Generation,
    [property: Id(16)] DateTime? StartedAt,
    [property: Id(17)] DateTime? EndedAt,
    [property: Id(18)] string? TraceParent);
