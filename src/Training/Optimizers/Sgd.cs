using System.Numerics.Tensors;
using Mnist.Distributed.Contracts.Plans;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent as PyTorch's <c>torch.optim.SGD</c> defines it: g += weightDecay *
/// p; v = momentum * v + (1 - dampening) * g, without dampening at step 0; p -= learningRate * v
/// or, with Nesterov's momentum, learningRate * (g + momentum * v). Without momentum, and without
/// weight decay, the pass over memory that each of them takes is left out.
/// </summary>
/// <param name="momentum">Share of the velocity that is kept, at least 0 and below 1; 0: no
/// velocity.</param>
/// <param name="weightDecay">Factor of the L2 penalty that is added to the gradient; 0:
/// none.</param>
/// <param name="dampening">Share of the gradient that does not enter the velocity.</param>
/// <param name="nesterov">Whether a step looks ahead by one more velocity.</param>
public sealed class Sgd(float momentum, float weightDecay, float dampening = 0, bool nesterov = false) : IOptimizer
{
    private const int BlockFloats = 1024;

    /// <summary>The momentum setting.</summary>
    public static readonly Setting<float> Momentum = OptimizerSettings.Momentum;

    /// <summary>The weight decay setting.</summary>
    public static readonly Setting<float> WeightDecay = OptimizerSettings.WeightDecay;

    private static readonly Setting<float> Dampening = new(
        "dampening", "Share of the gradient that does not enter the velocity.", 0, "from 0 to 1", value => value is >= 0 and <= 1);

    private static readonly Setting<bool> Nesterov = new(
        "nesterov", "Nesterov's momentum: a step looks ahead by one more velocity.", false, "true or false", _ => true);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly OptimizerDefinition Definition = new("sgd", [Momentum, Nesterov, Dampening, WeightDecay], Create);

    /// <inheritdoc />
    public int Slots => momentum == 0 ? 0 : 1;

    /// <inheritdoc />
    public void Apply(Span<float> parameters, ReadOnlySpan<float> gradient, OptimizerSlots slots, OptimizerStep step)
    {
        // PyTorch's velocity begins as the first gradient.
        var entering = step.Step == 0 ? 1 : 1 - dampening;
        if (weightDecay == 0)
        {
            Update(parameters, gradient, slots, step, entering);
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
            Update(block, some, slots.Slice(start, length), step with { Scale = 1 }, entering);
        }
    }

    private void Update(Span<float> parameters, ReadOnlySpan<float> gradient, OptimizerSlots slots, OptimizerStep step, float entering)
    {
        var scale = step.Scale;
        if (momentum != 0)
        {
            var velocity = slots[0];
            TensorPrimitives.Multiply(velocity, momentum, velocity);
            TensorPrimitives.MultiplyAdd(gradient, scale * entering, velocity, velocity);
            if (nesterov)
            {
                TensorPrimitives.MultiplyAdd(gradient, -step.LearningRate * scale, parameters, parameters);
                TensorPrimitives.MultiplyAdd(velocity, -step.LearningRate * momentum, parameters, parameters);
                return;
            }

            gradient = velocity;
            scale = 1;
        }

        TensorPrimitives.MultiplyAdd(gradient, -step.LearningRate * scale, parameters, parameters);
    }

    private static Sgd Create(Settings settings)
    {
        var (momentum, dampening, nesterov) = (Momentum.Of(settings), Dampening.Of(settings), Nesterov.Of(settings));
        Require(
            !nesterov || (momentum > 0 && dampening == 0),
            "nesterov needs a momentum above 0 and no dampening: give momentum, and leave dampening out.",
            Nesterov.Name,
            Momentum.Name,
            Dampening.Name);
        Require(
            dampening == 0 || momentum > 0,
            "dampening has no effect without momentum: give momentum, or leave dampening out.",
            Dampening.Name,
            Momentum.Name);
        return new Sgd(momentum, WeightDecay.Of(settings), dampening, nesterov);
    }
}
