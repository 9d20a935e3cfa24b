using System.Numerics.Tensors;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent as PyTorch defines it: g += weightDecay * p; v = momentum * v + g; p -= learningRate * v.
/// Each element depends on its own inputs only, so any slice of the vector can be updated anywhere.
/// </summary>
public sealed class Sgd(float learningRate, float momentum, float weightDecay)
{
    private float[] _decayed = [];

    /// <summary>Updates <paramref name="parameters"/> in place.</summary>
    /// <param name="parameters">Parameters.</param>
    /// <param name="gradient">Gradient of the mean loss, same length.</param>
    /// <param name="velocity">Momentum buffers, same length; empty without momentum.</param>
    public void Apply(Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> velocity)
    {
        if (weightDecay != 0)
        {
            if (_decayed.Length < gradient.Length)
            {
                _decayed = new float[gradient.Length];
            }

            var decayed = _decayed.AsSpan(0, gradient.Length);
            TensorPrimitives.MultiplyAdd(parameters, weightDecay, gradient, decayed);
            gradient = decayed;
        }

        if (momentum != 0)
        {
            TensorPrimitives.MultiplyAdd(velocity, momentum, gradient, velocity);
            gradient = velocity;
        }

        TensorPrimitives.MultiplyAdd(gradient, -learningRate, parameters, parameters);
    }
}
