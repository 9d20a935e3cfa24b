using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Contracts.Runs;

/// <summary>A run as its record tells it.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Status">Where it is in its life.</param>
/// <param name="Plan">What it trains; null while the status is unknown.</param>
/// <param name="Epochs">Metrics of the completed epochs.</param>
/// <param name="Silos">The silos that take or took part.</param>
/// <param name="Message">Why it failed or where it stopped.</param>
[GenerateSerializer, Immutable, Alias("mnist.RunDescription")]
public sealed record RunDescription(
    [property: Id(0)] string RunId,
    [property: Id(1)] RunStatus Status,
    [property: Id(2)] TrainingPlan? Plan,
    [property: Id(3)] IReadOnlyList<EpochMetrics> Epochs,
    [property: Id(4)] IReadOnlyList<SiloReport> Silos,
    [property: Id(5)] string? Message);
