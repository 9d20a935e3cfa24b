using Mnist.Distributed.Training.Arithmetic;
using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// The soft Jaccard loss of one image: 1 minus intersection over union of the sigmoid probabilities
/// and a mask.
/// </summary>
internal sealed class MaskIoULoss : ILoss<ReadOnlySpan<float>>
{
    private const double Smoothing = 1;

    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, ReadOnlySpan<float> target, Span<float> byOutputs)
    {
        var (both, total) = (0.0, 0.0);
        for (var at = 0; at < outputs.Length; at++)
        {
            var probability = Sigmoid.Of(outputs[at]);
            both += probability * target[at];
            total += probability + target[at];
        }

        var (numerator, denominator) = (both + Smoothing, total - both + Smoothing);
        for (var at = 0; at < byOutputs.Length; at++)
        {
            var probability = Sigmoid.Of(outputs[at]);
            var byProbability = ((numerator / denominator * (1 - target[at])) - target[at]) / denominator;
            byOutputs[at] = (float)(byProbability * probability * (1 - probability));
        }

        return 1 - (numerator / denominator);
    }
}
