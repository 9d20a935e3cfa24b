using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// Huber's loss: half the square of a difference up to delta, and linear beyond. Smooth L1 with
/// beta = delta is this loss divided by delta.
/// </summary>
/// <param name="delta">The difference at which the loss becomes linear.</param>
public sealed class HuberLoss(double delta) : IElementLoss
{
    /// <summary>The difference at which the loss becomes linear.</summary>
    public static readonly Setting<double> Delta = new(
        "delta", "Difference at which Huber's loss becomes linear.", 1, "a finite number above 0", value => double.IsFinite(value) && value > 0);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly LossDefinition Definition = new(
        "huber",
        "mean over i of d^2 / 2 if |d| <= delta, else delta (|d| - delta / 2); d = o[i] - t[i]",
        "regression with outliers: squared for small errors, linear for large ones",
        [new("digits", "cnn", 0.1f, 1), new("boxes", "boxnet", 0.001f, 3) { Optimizer = "adam", Settings = Settings.Empty.With(Delta, 0.1) }],
        [Delta],
        request => request.Task switch
        {
            ClassTask task => task.Objective(new OneHotLoss(new HuberLoss(Delta.Of(request.Settings)))),
            BoxTask task => task.Objective(new BoxCoordinateLoss(new HuberLoss(Delta.Of(request.Settings)))),
            _ => null,
        })
    {
        Probabilities = Losses.Probabilities.Themselves,
    };

    /// <inheritdoc />
    public (double Loss, double Derivative) Of(double difference)
    {
        var size = Math.Abs(difference);
        return size <= delta
            ? (difference * difference / 2, difference)
            : (delta * (size - (delta / 2)), delta * Math.Sign(difference));
    }
}
