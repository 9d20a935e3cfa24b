using Mnist.Distributed.Training.Arithmetic;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// The soft Dice loss of one image: 1 minus the Dice coefficient of the sigmoid probabilities and a
/// mask. Every image counts alike, so the loss does not depend on how samples are spread over
/// workers.
/// </summary>
internal sealed class DiceLoss : ILoss<ReadOnlySpan<float>>
{
    /// <summary>
    /// A constant in numerator and denominator: an empty mask that is found empty has loss 0.
    /// </summary>
    private const double Smoothing = 1;

    /// <summary>The entry of the catalogue.</summary>
    public static readonly LossDefinition Definition = new(
        "dice",
        "1 - (2 sum p m + 1) / (sum p + sum m + 1), p = sigmoid(o)",
        "segmentation, also where the mask is a small part of the image",
        [new("ink", "inknet", 0.003f, 2) { Optimizer = "adam" }],
        [],
        request => request.Task is MaskTask task ? task.Objective(new DiceLoss()) : null)
    {
        NeedsNegativeOutputs = true,
    };

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

        var (numerator, denominator) = ((2 * both) + Smoothing, total + Smoothing);
        for (var at = 0; at < byOutputs.Length; at++)
        {
            var probability = Sigmoid.Of(outputs[at]);
            var byProbability = ((numerator / denominator) - (2 * target[at])) / denominator;
            byOutputs[at] = (float)(byProbability * probability * (1 - probability));
        }

        return 1 - (numerator / denominator);
    }
}
