namespace Mnist.Distributed.Training.Objectives;

/// <summary>
/// The loss of one sample. Training differentiates the sum over the samples. The division by the
/// number of samples, which makes it a mean, happens once, after the sums of all workers are added.
/// May be used by several threads at a time.
/// </summary>
/// <typeparam name="TTarget">The target of a sample, such as its label.</typeparam>
public interface ILoss<TTarget>
    where TTarget : allows ref struct
{
    /// <summary>Computes the loss of one sample, and its derivatives if they are wanted.</summary>
    /// <param name="outputs">The network's outputs for the sample.</param>
    /// <param name="target">The sample's target.</param>
    /// <param name="byOutputs">
    /// Receives the derivative of the loss by each output; empty if derivatives are not wanted.
    /// </param>
    /// <returns>The loss, in double precision.</returns>
    double Of(ReadOnlySpan<float> outputs, TTarget target, Span<float> byOutputs);
}
