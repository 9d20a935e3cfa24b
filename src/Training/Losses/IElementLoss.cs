namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// A loss of the difference between one number and its target. May be used by several threads at a
/// time.
/// </summary>
public interface IElementLoss
{
    /// <summary>The loss of a difference, and its derivative by the difference.</summary>
    /// <param name="difference">The number minus its target.</param>
    (double Loss, double Derivative) Of(double difference);
}
