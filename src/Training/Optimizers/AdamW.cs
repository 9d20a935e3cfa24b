using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// AdamW as PyTorch's <c>torch.optim.AdamW</c> defines it (I. Loshchilov, F. Hutter,
/// arXiv:1711.05101): weight decay shrinks the parameters and stays out of the moments.
/// </summary>
/// <param name="beta1">Decay of the mean of the gradients, from 0 to below 1.</param>
/// <param name="beta2">Decay of the mean of the squared gradients, from 0 to below 1.</param>
/// <param name="epsilon">Added to the root, above 0.</param>
/// <param name="weightDecay">
/// The share of a parameter, times the learning rate, that it loses at each step.
/// </param>
public sealed class AdamW(double beta1, double beta2, float epsilon, double weightDecay) : IOptimizer
{
    private static readonly Setting<float> Epsilon = OptimizerSettings.Epsilon(1e-8f);

    private static readonly Setting<double> WeightDecay = new(
        "weight-decay", "Share by which a parameter shrinks, times the rate.", 0.01, "a finite number of 0 or more", value => double.IsFinite(value) && value >= 0);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly OptimizerDefinition Definition = new(
        "adamw",
        [OptimizerSettings.Beta1, OptimizerSettings.Beta2, Epsilon, WeightDecay],
        settings => new AdamW(OptimizerSettings.Beta1.Of(settings), OptimizerSettings.Beta2.Of(settings), Epsilon.Of(settings), WeightDecay.Of(settings)))
    {
        LearningRate = 0.001f,
    };

    /// <inheritdoc />
    public int Slots => AdamRule.Slots;

    /// <inheritdoc />
    public void Apply(Span<float> parameters, ReadOnlySpan<float> gradient, OptimizerSlots slots, OptimizerStep step) =>
        ElementLoop.Run(new AdamRule(beta1, beta2, epsilon, step, penalty: 0, weightDecay), parameters, gradient, slots);
}
