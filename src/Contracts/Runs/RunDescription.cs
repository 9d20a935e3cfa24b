using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Contracts.Runs;

/// <summary>A run as its record tells it.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Status">Where it is in its life.</param>
/// <param name="Plan">What it trains; null while the status is unknown.</param>
/// <param name="Epochs">Metrics of the completed epochs.</param>
/// <param name="Silos">The silos that take or took part.</param>
/// <param name="Message">Why it failed or where it stopped.</param>
/// <param name="Options">How it is carried out.</param>
/// <param name="Fingerprint">The numerics of its silos.</param>
/// <param name="Step">Step of its newest checkpoint.</param>
/// <param name="Incidents">What has happened to the cluster meanwhile.</param>
/// <param name="Driver">Name of the silo that drives it.</param>
/// <param name="Server">Name of the silo of its parameter server; null before it has one.</param>
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
    [property: Id(11)] string? Server);
