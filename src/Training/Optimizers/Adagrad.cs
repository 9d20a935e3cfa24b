using System.Numerics;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// Adagrad as PyTorch's <c>torch.optim.Adagrad</c> defines it (J. Duchi, E. Hazan, Y. Singer, JMLR
/// 12, 2011): s += g^2; p -= learningRate * g / (sqrt(s) + epsilon). PyTorch's decay of the rate is
/// left to the schedules.
/// </summary>
/// <param name="epsilon">Added to the root, above 0.</param>
/// <param name="weightDecay">Factor of the L2 penalty; 0: none.</param>
public sealed class Adagrad(float epsilon, float weightDecay) : IOptimizer
{
    private static readonly Setting<float> Epsilon = OptimizerSettings.Epsilon(1e-10f);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly OptimizerDefinition Definition = new(
        "adagrad",
        [Epsilon, OptimizerSettings.WeightDecay],
        settings => new Adagrad(Epsilon.Of(settings), OptimizerSettings.WeightDecay.Of(settings)));

    /// <inheritdoc />
    public int Slots => Rule.Slots;

    /// <inheritdoc />
    public void Apply(Span<float> parameters, ReadOnlySpan<float> gradient, OptimizerSlots slots, OptimizerStep step) =>
        ElementLoop.Run(new Rule(epsilon, weightDecay, step), parameters, gradient, slots);

    private readonly struct Rule(float epsilon, float penalty, OptimizerStep step) : IElementRule
    {
        public static int Slots => 1;

        public Vector<float> Next(Vector<float> parameter, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second)
        {
            var slope = (gradient * step.Scale) + (parameter * penalty);
            first += slope * slope;
            return parameter - (slope * step.LearningRate / (Vector.SquareRoot(first) + new Vector<float>(epsilon)));
        }
    }
}
