using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Contracts.Runs;

/// <summary>Everything that a parameter server needs to start serving a run.</summary>
/// <param name="Plan">The plan of the run.</param>
/// <param name="Options">The options of the run.</param>
/// <param name="Fingerprint">
/// The fingerprint that every silo must have; null at the first start, when the silos agree on one.
/// </param>
/// <param name="Checkpoint">
/// The newest durable state; null for the initial state of the plan.
/// </param>
/// <param name="LatestStep">
/// The newest step of a state that may be used. The record does not contain what happened after it,
/// so a replica with a later state must not be used.
/// </param>
/// <param name="Incident">
/// Why the run has a new parameter server; null at the start of the run.
/// </param>
/// <param name="TestMetrics">
/// The test metrics of the completed epochs, in their order; null if there are none.
/// </param>
/// <param name="TraceParent">
/// W3C trace context of the root of the trace of the run; null if the run is not traced.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.RunHandover")]
public sealed record RunHandover(
    [property: Id(0)] TrainingPlan Plan,
    [property: Id(1)] RunOptions Options,
    [property: Id(2)] string? Fingerprint,
    [property: Id(3)] TrainingState? Checkpoint,
    [property: Id(4)] long LatestStep,
    [property: Id(5)] HandoverReason? Incident,
    [property: Id(6)] IReadOnlyList<double>? TestMetrics = null,
    [property: Id(7)] string? TraceParent = null);

/// <summary>Why a run has a new parameter server.</summary>
/// <param name="Kind">
/// <see cref="Ledgers.IncidentKind.TakenOver"/> or <see cref="Ledgers.IncidentKind.Resumed"/>.
/// </param>
/// <param name="Reason">The reason, in a few words.</param>
[GenerateSerializer, Immutable, Alias("mnist.HandoverReason")]
public sealed record HandoverReason([property: Id(0)] Ledgers.IncidentKind Kind, [property: Id(1)] string Reason);
