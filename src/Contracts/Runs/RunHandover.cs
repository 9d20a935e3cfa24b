using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Contracts.Runs;

/// <summary>What a parameter server needs to take up a run.</summary>
/// <param name="Plan">What to train.</param>
/// <param name="Options">How.</param>
/// <param name="Fingerprint">The numerics that every silo must have; null lets the silos of the first start agree on one.</param>
/// <param name="Checkpoint">The newest durable state, or null for the plan's initial one.</param>
/// <param name="LatestStep">States of later steps are not to be used: the record does not reach that far.</param>
/// <param name="Incident">Why the run is taken up; null at its start.</param>
[GenerateSerializer, Immutable, Alias("mnist.RunHandover")]
public sealed record RunHandover(
    [property: Id(0)] TrainingPlan Plan,
    [property: Id(1)] RunOptions Options,
    [property: Id(2)] string? Fingerprint,
    [property: Id(3)] TrainingState? Checkpoint,
    [property: Id(4)] long LatestStep,
    [property: Id(5)] HandoverReason? Incident);

/// <summary>Why a run is taken up by a new parameter server.</summary>
/// <param name="Kind">Taken over or resumed.</param>
/// <param name="Reason">Why, in a few words.</param>
[GenerateSerializer, Immutable, Alias("mnist.HandoverReason")]
public sealed record HandoverReason([property: Id(0)] Ledgers.IncidentKind Kind, [property: Id(1)] string Reason);
