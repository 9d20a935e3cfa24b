using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// Mean squared error: the mean over the outputs of the squared difference from the target.
/// </summary>
public sealed class SquaredError : IElementLoss
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly LossDefinition Definition = new(
        "mse",
        "mean over i of (o[i] - t[i])^2",
        "regression; large errors count most. Against one-hot targets its derivatives are small, so it takes a high learning rate",
        [new("digits", "cnn", 0.1f, 1), new("boxes", "boxnet", 0.001f, 3) { Optimizer = "adam" }],
        [],
        request => request.Task switch
        {
            ClassTask task => task.Objective(new OneHotLoss(new SquaredError())),
            BoxTask task => task.Objective(new BoxCoordinateLoss(new SquaredError())),
            _ => null,
        })
    {
        Probabilities = Losses.Probabilities.Themselves,
    };

    /// <inheritdoc />
    public (double Loss, double Derivative) Of(double difference) => (difference * difference, 2 * difference);
}
