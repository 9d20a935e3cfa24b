using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// Mean absolute error: the mean of the absolute differences from the target. The derivative at a
/// difference of 0 is 0, as in PyTorch.
/// </summary>
public sealed class AbsoluteError : IElementLoss
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly LossDefinition Definition = new(
        "mae",
        "mean over i of |p[i] - t[i]|, p = softmax(o) for classes",
        "regression in which every error counts by its size. For classes it is on the softmax: the best raw output would be the median, which is 0",
        [new("digits", "cnn", 0.1f, 2), new("boxes", "boxnet", 0.001f, 3) { Optimizer = "adam" }],
        [],
        request => request.Task switch
        {
            ClassTask task => task.Objective(new SoftmaxLoss(new AbsoluteError())),
            BoxTask task => task.Objective(new BoxCoordinateLoss(new AbsoluteError())),
            _ => null,
        })
    {
        Probabilities = Losses.Probabilities.Softmax,
    };

    /// <inheritdoc />
    public (double Loss, double Derivative) Of(double difference) => (Math.Abs(difference), Math.Sign(difference));
}
