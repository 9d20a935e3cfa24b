using Mnist.Distributed.Training.Arithmetic;
using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// 1 minus the overlap of the sigmoid probabilities p of one image and a mask m:
/// (n sum p m + 1) / (sum p + sum m - d sum p m + 1). Dice has n = 2 and d = 0, the soft Jaccard
/// index has n = 1 and d = 1. Every image counts alike, so the loss does not depend on how samples
/// are spread over workers. With the 1 in both, an empty mask that is found empty has loss 0.
/// </summary>
/// <param name="n">Weight of the common part in the numerator.</param>
/// <param name="d">Weight of the common part in the denominator.</param>
internal sealed class MaskOverlapLoss(double n, double d) : ILoss<ReadOnlySpan<float>>
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

        var (numerator, denominator) = ((n * both) + Smoothing, total - (d * both) + Smoothing);
        for (var at = 0; at < byOutputs.Length; at++)
        {
            var probability = Sigmoid.Of(outputs[at]);
            var byProbability = ((numerator / denominator * (1 - (d * target[at]))) - (n * target[at])) / denominator;
            byOutputs[at] = (float)(byProbability * probability * (1 - probability));
        }

        return 1 - (numerator / denominator);
    }
}
