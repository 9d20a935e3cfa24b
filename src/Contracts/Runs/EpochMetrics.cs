using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Contracts.Runs;

/// <summary>The results of one epoch: one line of <c>metrics.jsonl</c>.</summary>
/// <param name="Epoch">1-based epoch.</param>
/// <param name="Steps">Number of steps of the epoch.</param>
/// <param name="TrainLoss">
/// Mean over the batches of the epoch of the mean loss per sample, in training mode.
/// </param>
/// <param name="TrainMetric">The metric over the training samples, in training mode.</param>
/// <param name="TestLoss">
/// Mean over the test batches of the mean loss per sample, in evaluation mode.
/// </param>
/// <param name="TestMetric">The metric over the test images, in evaluation mode.</param>
/// <param name="Seconds">Time of the steps of the epoch in seconds, without the evaluation.</param>
/// <param name="ImagesPerSecond">Training samples per second of <paramref name="Seconds"/>.</param>
/// <param name="Metric">The metric.</param>
[GenerateSerializer, Immutable, Alias("mnist.EpochMetrics")]
public sealed record EpochMetrics(
    [property: Id(0)] int Epoch,
    [property: Id(1)] int Steps,
    [property: Id(2)] double TrainLoss,
    [property: Id(3)] double TrainMetric,
    [property: Id(4)] double TestLoss,
    [property: Id(5)] double TestMetric,
    [property: Id(6)] double Seconds,
    [property: Id(7)] double ImagesPerSecond,
    [property: Id(8)] Metric Metric);
