using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Contracts.Runs;

/// <summary>The description of a run, from its record.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Status">The status of the run.</param>
/// <param name="Plan">The plan; null while the status is unknown.</param>
/// <param name="Epochs">Metrics of the completed epochs.</param>
/// <param name="Silos">
/// The silos that took part at the start of the run, or at its last resume.
/// </param>
/// <param name="Message">
/// Why the run failed or stopped early, or where it was stopped; null otherwise.
/// </param>
/// <param name="Options">The options of the run.</param>
/// <param name="Fingerprint">The fingerprint that the silos of the run must have.</param>
/// <param name="Step">Step of the newest checkpoint, counted from the start of the run.</param>
/// <param name="Incidents">The incidents of the run.</param>
/// <param name="Driver">Name of the silo of the run grain.</param>
/// <param name="Server">
/// Name of the silo of the parameter server; null before the run has one.
/// </param>
/// <param name="StartedAt">The time (UTC) of the start of the run; null if it is not known.</param>
/// <param name="EndedAt">The time (UTC) when the run ended; null while it has not.</param>
[GenerateSerializer, Immutable, Alias("mnist.RunDescription")]
public sealed record RunDescription(
    [property: Id(0)] string RunId,
    [property: Id(1)] RunStatus Status,
    [property: Id(2)] TrainingPlan? Plan,
    [property: Id(3)] IReadOnlyList<EpochMetrics> Epochs,
    [property: Id(4)] IReadOnlyList<SiloReport> Silos,
    [property: Id(5)] string? Message,
    [property: Id(6)] RunOptions Options,
    [property: Id(7)] string? Fingerprint,
    [property: Id(8)] long Step,
    [property: Id(9)] IReadOnlyList<Incident> Incidents,
    [property: Id(10)] string Driver,
    [property: Id(11)] string? Server,
    [property: Id(12)] DateTime? StartedAt = null,
    [property: Id(13)] DateTime? EndedAt = null);
