namespace Mnist.Distributed.Contracts.Runs;

/// <summary>How fast a silo has been in the last steps of a run.</summary>
/// <param name="Silo">Name of the silo.</param>
/// <param name="Workers">Number of workers that it computes.</param>
/// <param name="Seconds">
/// From a request to its answer, as a moving average over measured steps.
/// </param>
/// <param name="LastShare">
/// The share of steps, from 0 to 1, in which it was the last one to answer, as a moving average.
/// </param>
[GenerateSerializer, Immutable, Alias("mnist.SiloPace")]
public sealed record SiloPace(
    [property: Id(0)] string Silo,
    [property: Id(1)] int Workers,
    [property: Id(2)] float Seconds,
    [property: Id(3)] float LastShare);
