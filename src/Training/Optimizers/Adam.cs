using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// Adam as PyTorch's <c>torch.optim.Adam</c> defines it: weight decay is an L2 penalty in the
/// gradient.
/// </summary>
/// <param name="beta1">Decay of the mean of the gradients, from 0 to below 1.</param>
/// <param name="beta2">Decay of the mean of the squared gradients, from 0 to below 1.</param>
/// <param name="epsilon">Added to the root, above 0.</param>
/// <param name="weightDecay">Factor of the L2 penalty; 0: none.</param>
public sealed class Adam(double beta1, double beta2, float epsilon, float weightDecay) : IOptimizer
{
    private static readonly Setting<float> Epsilon = OptimizerSettings.Epsilon(1e-8f);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly OptimizerDefinition Definition = new(
        "adam",
        [OptimizerSettings.Beta1, OptimizerSettings.Beta2, Epsilon, OptimizerSettings.WeightDecay],
        settings => new Adam(
            OptimizerSettings.Beta1.Of(settings), OptimizerSettings.Beta2.Of(settings), Epsilon.Of(settings), OptimizerSettings.WeightDecay.Of(settings)))
    {
        LearningRate = 0.001f,
    };

    /// <inheritdoc />
    public int Slots => AdamRule.Slots;

    /// <inheritdoc />
    public void Apply(Span<float> parameters, ReadOnlySpan<float> gradient, OptimizerSlots slots, OptimizerStep step) =>
        ElementLoop.Run(new AdamRule(beta1, beta2, epsilon, step, weightDecay, decay: 0), parameters, gradient, slots);
}
