using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Losses;

namespace Mnist.Distributed.Benchmarks.Losses;

/// <summary>What a loss has learned with its own defaults, and what it costs.</summary>
/// <param name="Loss">Name of the loss.</param>
/// <param name="Use">The task and the defaults.</param>
/// <param name="Metrics">The metrics on the test images.</param>
/// <param name="Share">
/// Share of a step's time that gathering the batch and computing the loss take.
/// </param>
/// <param name="AgainstCrossEntropy">
/// Time of a step, divided by that with cross entropy on the same model and images.
/// </param>
internal sealed record LossResult(
    string Loss, LossUse Use, IReadOnlyList<(Metric Metric, double Value)> Metrics, double Share, double AgainstCrossEntropy);
