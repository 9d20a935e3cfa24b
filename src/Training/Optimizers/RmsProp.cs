using System.Numerics;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// RMSprop as PyTorch's <c>torch.optim.RMSprop</c> defines it, not centred: s = alpha * s + (1 -
/// alpha) * g^2; v = momentum * v + g / (sqrt(s) + epsilon); p -= learningRate * v.
/// </summary>
/// <param name="alpha">Decay of the mean of the squared gradients, from 0 to below 1.</param>
/// <param name="epsilon">Added to the root, above 0.</param>
/// <param name="momentum">Share of the velocity that is kept; 0: no velocity.</param>
/// <param name="weightDecay">Factor of the L2 penalty; 0: none.</param>
public sealed class RmsProp(double alpha, float epsilon, float momentum, float weightDecay) : IOptimizer
{
    private static readonly Setting<double> Alpha = OptimizerSettings.Decay("alpha", "Decay of the mean of the squared gradients.", 0.99);

    private static readonly Setting<float> Epsilon = OptimizerSettings.Epsilon(1e-8f);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly OptimizerDefinition Definition = new(
        "rmsprop",
        [Alpha, Epsilon, OptimizerSettings.Momentum, OptimizerSettings.WeightDecay],
        settings => new RmsProp(
            Alpha.Of(settings), Epsilon.Of(settings), OptimizerSettings.Momentum.Of(settings), OptimizerSettings.WeightDecay.Of(settings)));

    /// <inheritdoc />
    public int Slots => momentum == 0 ? PlainRule.Slots : MomentumRule.Slots;

    /// <inheritdoc />
    public void Apply(Span<float> parameters, ReadOnlySpan<float> gradient, OptimizerSlots slots, OptimizerStep step)
    {
        var plain = new PlainRule((float)alpha, (float)(1 - alpha), epsilon, weightDecay, step);
        if (momentum == 0)
        {
            ElementLoop.Run(plain, parameters, gradient, slots);
        }
        else
        {
            ElementLoop.Run(new MomentumRule(plain, momentum, step.LearningRate), parameters, gradient, slots);
        }
    }

    private readonly struct PlainRule(float kept, float taken, float epsilon, float penalty, OptimizerStep step) : IElementRule
    {
        public static int Slots => 1;

        public Vector<float> Next(Vector<float> parameter, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second) =>
            parameter - (Direction(parameter, gradient, ref first) * step.LearningRate);

        /// <summary>The gradient, divided by the root of the mean of its square.</summary>
        public Vector<float> Direction(Vector<float> parameter, Vector<float> gradient, ref Vector<float> mean)
        {
            var slope = (gradient * step.Scale) + (parameter * penalty);
            mean = (mean * kept) + (slope * slope * taken);
            return slope / (Vector.SquareRoot(mean) + new Vector<float>(epsilon));
        }
    }

    private readonly struct MomentumRule(PlainRule plain, float momentum, float rate) : IElementRule
    {
        public static int Slots => 2;

        public Vector<float> Next(Vector<float> parameter, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second)
        {
            second = (second * momentum) + plain.Direction(parameter, gradient, ref first);
            return parameter - (second * rate);
        }
    }
}
