namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// A loss per sample. Training differentiates the sum over the samples; the mean that recipes speak
/// of is taken once, after the workers' sums are added. May be used by several threads.
/// </summary>
/// <typeparam name="TTarget">What the outputs are compared with, such as a label.</typeparam>
public interface ILoss<TTarget>
    where TTarget : allows ref struct
{
    /// <summary>The loss of one sample, in double precision.</summary>
    /// <param name="outputs">The network's outputs for the sample.</param>
    /// <param name="target">The sample's target.</param>
    /// <param name="byOutputs">
    /// Receives the derivative by each output; empty if derivatives are not wanted.
    /// </param>
    double Of(ReadOnlySpan<float> outputs, TTarget target, Span<float> byOutputs);
}
