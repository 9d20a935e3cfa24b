namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// Changes parameters by their gradient. Each element must depend on its own parameter, gradient and
/// slots only, so that any slice of the vector can be updated anywhere. Keeps no state of its own: it
/// may be used by several threads.
/// </summary>
public interface IOptimizer
{
    /// <summary>Numbers that the optimizer keeps for each parameter; they begin as zeros.</summary>
    int Slots { get; }

    /// <summary>Updates a slice of the parameters in place.</summary>
    /// <param name="parameters">The slice.</param>
    /// <param name="gradient">The gradient of the slice, not yet scaled; same length.</param>
    /// <param name="slots">The slots of the slice; changed in place.</param>
    /// <param name="step">The step's numbers.</param>
    void Apply(Span<float> parameters, ReadOnlySpan<float> gradient, OptimizerSlots slots, OptimizerStep step);
}
