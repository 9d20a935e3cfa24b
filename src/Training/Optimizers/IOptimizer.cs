namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// Changes parameters by their gradient. A new value may depend only on the same element of the
/// parameters, the gradient and the slots, so that any slice of the vector can be updated anywhere.
/// An optimizer keeps no state of its own and may be used by several threads at a time.
/// </summary>
public interface IOptimizer
{
    /// <summary>
    /// Number of floats that the optimizer keeps for each parameter; they begin as zeros.
    /// </summary>
    int Slots { get; }

    /// <summary>Updates a slice of the parameters in place.</summary>
    /// <param name="parameters">The slice; changed in place.</param>
    /// <param name="gradient">The gradient of the slice, not yet scaled; same length.</param>
    /// <param name="slots">The slots of the slice; changed in place.</param>
    /// <param name="step">Number, learning rate and scale of the step.</param>
    void Apply(Span<float> parameters, ReadOnlySpan<float> gradient, OptimizerSlots slots, OptimizerStep step);
}
