using System.Numerics.Tensors;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent as PyTorch defines it: g += weightDecay * p; v = momentum * v + g; p -= learningRate * v.
/// Each element depends on its own inputs only, so any slice of the vector can be updated anywhere. What recipes do not ask for costs no pass over memory.
/// </summary>
public sealed class Sgd(float learningRate, float momentum, float weightDecay)
{
    private float[] _decayed = [];

    /// <summary>Updates <paramref name="parameters"/> in place.</summary>
    /// <param name="parameters">Parameters.</param>
    /// <param name="gradient">Gradient, same length.</param>
    /// <param name="scale">What the gradient is to be multiplied with: 1 / samples for one that is a sum over samples.</param>
    /// <param name="velocity">Momentum buffers, same length; empty without momentum.</param>
    public void Apply(Span<float> parameters, ReadOnlySpan<float> gradient, float scale, Span<float> velocity)
    {
        if (weightDecay != 0)
        {
            if (_decayed.Length < gradient.Length)
            {
                _decayed = new float[gradient.Length];
            }

            var decayed = _decayed.AsSpan(0, gradient.Length);
            TensorPrimitives.Multiply(gradient, scale, decayed);
            TensorPrimitives.MultiplyAdd(parameters, weightDecay, decayed, decayed);
            gradient = decayed;
            scale = 1;
        }

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
