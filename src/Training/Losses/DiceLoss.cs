using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// The soft Dice loss of one image: 1 minus the Dice coefficient of the sigmoid probabilities and a
/// mask (<see cref="MaskOverlapLoss"/>).
/// </summary>
internal static class DiceLoss
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly LossDefinition Definition = new(
        "dice",
        "1 - (2 sum p m + 1) / (sum p + sum m + 1), p = sigmoid(o)",
        "segmentation, also where the mask is a small part of the image",
        [new("ink", "inknet", 0.003f, 2) { Optimizer = "adam" }],
        [],
        request => request.Task is MaskTask task ? task.Objective(new MaskOverlapLoss(n: 2, d: 0)) : null)
    {
        NeedsNegativeOutputs = true,
    };
}
