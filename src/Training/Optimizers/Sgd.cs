using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent as PyTorch's <c>torch.optim.SGD</c> defines it: g += weightDecay *
/// p; v = momentum * v + g; p -= learningRate * v. Without momentum, and without weight decay, the
/// pass over memory that each of them takes is left out.
/// </summary>
/// <param name="momentum">Share of the velocity that is kept, at least 0 and below 1; 0: no
/// velocity.</param>
/// <param name="weightDecay">Factor of the L2 penalty that is added to the gradient; 0:
/// none.</param>
public sealed class Sgd(float momentum, float weightDecay) : IOptimizer
{
    private const int BlockFloats = 1024;

    /// <summary>The momentum setting.</summary>
    public static readonly Setting<float> Momentum = new(
        "momentum", "Momentum of SGD.", 0, "from 0 to below 1", value => float.IsFinite(value) && value is >= 0 and < 1);

    /// <summary>The weight decay setting.</summary>
    public static readonly Setting<float> WeightDecay = new(
        "weight-decay", "L2 penalty added to the gradient.", 0, "a finite number of 0 or more", value => float.IsFinite(value) && value >= 0);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly OptimizerDefinition Definition = new(
        "sgd", [Momentum, WeightDecay], settings => new Sgd(Momentum.Of(settings), WeightDecay.Of(settings)));

    /// <inheritdoc />
    public int Slots => momentum == 0 ? 0 : 1;

    /// <inheritdoc />
    public void Apply(Span<float> parameters, ReadOnlySpan<float> gradient, OptimizerSlots slots, OptimizerStep step)
    {
        if (weightDecay == 0)
        {
            Update(parameters, gradient, slots, step);
            return;
        }

        Span<float> decayed = stackalloc float[BlockFloats];
        for (var start = 0; start < parameters.Length; start += BlockFloats)
        {
            var length = Math.Min(BlockFloats, parameters.Length - start);
            var block = parameters.Slice(start, length);
            var some = decayed[..length];
            TensorPrimitives.Multiply(gradient.Slice(start, length), step.Scale, some);
            TensorPrimitives.MultiplyAdd(block, weightDecay, some, some);
            Update(block, some, slots.Slice(start, length), step with { Scale = 1 });
        }
    }

    private void Update(Span<float> parameters, ReadOnlySpan<float> gradient, OptimizerSlots slots, OptimizerStep step)
    {
        var scale = step.Scale;
        if (momentum != 0)
        {
            var velocity = slots[0];
            TensorPrimitives.Multiply(velocity, momentum, velocity);
            TensorPrimitives.MultiplyAdd(gradient, scale, velocity, velocity);
            gradient = velocity;
            scale = 1;
        }

        TensorPrimitives.MultiplyAdd(gradient, -step.LearningRate * scale, parameters, parameters);
    }
}
