using System.Numerics.Tensors;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent as PyTorch defines it: g += weightDecay * p; v = momentum * v + g; p -= learningRate * v.
/// Each element depends on its own inputs only, so any slice of the vector can be updated anywhere. What recipes do not ask for costs no pass over memory.
/// </summary>
public sealed class Sgd(float learningRate, float momentum, float weightDecay)
{
    private const int BlockFloats = 1024;

    /// <summary>Updates <paramref name="parameters"/> in place.</summary>
    /// <param name="parameters">Parameters.</param>
    /// <param name="gradient">Gradient, same length.</param>
    /// <param name="scale">What the gradient is to be multiplied with: 1 / samples for one that is a sum over samples.</param>
    /// <param name="velocity">Momentum buffers, same length; empty without momentum.</param>
    public void Apply(Span<float> parameters, ReadOnlySpan<float> gradient, float scale, Span<float> velocity)
    {
        if (weightDecay == 0)
        {
            Step(parameters, gradient, scale, velocity);
            return;
        }

        Span<float> decayed = stackalloc float[BlockFloats];
        for (var start = 0; start < parameters.Length; start += BlockFloats)
        {
            var block = new Range(start, Math.Min(start + BlockFloats, parameters.Length));
            var some = decayed[..(block.End.Value - start)];
            TensorPrimitives.Multiply(gradient[block], scale, some);
            TensorPrimitives.MultiplyAdd(parameters[block], weightDecay, some, some);
            Step(parameters[block], some, 1, velocity.IsEmpty ? velocity : velocity[block]);
        }
    }

    private void Step(Span<float> parameters, ReadOnlySpan<float> gradient, float scale, Span<float> velocity)
    {
        if (momentum != 0)
        {
            TensorPrimitives.Multiply(velocity, momentum, velocity);
            TensorPrimitives.MultiplyAdd(gradient, scale, velocity, velocity);
            gradient = velocity;
            scale = 1;
        }

        TensorPrimitives.MultiplyAdd(gradient, -learningRate * scale, parameters, parameters);
    }
}
