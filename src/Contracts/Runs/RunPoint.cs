namespace Mnist.Distributed.Contracts.Runs;

/// <summary>A point of the curves of a run: what some consecutive steps were like.</summary>
/// <param name="Step">Steps that were committed at its end, from the start of the run.</param>
/// <param name="Steps">Number of steps that the point is about.</param>
/// <param name="Loss">Mean over these steps of the mean loss per sample.</param>
/// <param name="MetricValue">The metric over the samples of these steps.</param>
/// <param name="ImagesPerSecond">Training samples per second of these steps.</param>
/// <param name="At">When its last step was seen (UTC), by the clock of the run's silo.</param>
[GenerateSerializer, Immutable, Alias("mnist.RunPoint")]
public sealed record RunPoint(
    [property: Id(0)] long Step,
    [property: Id(1)] int Steps,
    [property: Id(2)] float Loss,
    [property: Id(3)] float MetricValue,
    [property: Id(4)] float ImagesPerSecond,
    [property: Id(5)] DateTime At);
