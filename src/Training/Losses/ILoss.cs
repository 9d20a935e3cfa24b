namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// A loss of the command line's table. Training differentiates its sum over the samples; the mean that the recipe speaks
/// of is taken once, after the workers' sums are added.
/// </summary>
public interface ILoss
{
    /// <summary>Name on the command line.</summary>
    string Name { get; }

    /// <summary>The loss of one sample.</summary>
    /// <param name="outputs">The network's outputs for it, one a class.</param>
    /// <param name="label">Its class.</param>
    /// <param name="gradient">Receives the derivative by each output; empty if it is not wanted.</param>
    double Of(ReadOnlySpan<float> outputs, int label, Span<float> gradient);
}
