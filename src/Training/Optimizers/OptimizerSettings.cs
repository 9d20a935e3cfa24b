using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>Settings that several optimizers have, with PyTorch's defaults.</summary>
public static class OptimizerSettings
{
    /// <summary>
    /// The smallest epsilon. With a smaller one, a parameter whose gradient is always zero would
    /// become 0 / 0.
    /// </summary>
    private const float LeastEpsilon = 1e-30f;

    /// <summary>Share of the velocity that is kept; 0: no velocity.</summary>
    public static readonly Setting<float> Momentum = new(
        "momentum", "Share of the velocity that is kept.", 0, "from 0 to below 1", value => float.IsFinite(value) && value is >= 0 and < 1);

    /// <summary>Factor of the L2 penalty that is added to the gradient; 0: none.</summary>
    public static readonly Setting<float> WeightDecay = new(
        "weight-decay", "L2 penalty added to the gradient.", 0, "a finite number of 0 or more", value => float.IsFinite(value) && value >= 0);

    /// <summary>Decay of the mean of the gradients.</summary>
    public static readonly Setting<double> Beta1 = Decay("beta1", "Decay of the mean of the gradients.", 0.9);

    /// <summary>Decay of the mean of the squared gradients.</summary>
    public static readonly Setting<double> Beta2 = Decay("beta2", "Decay of the mean of the squared gradients.", 0.999);

    /// <summary>A number that is added to a root, against divisions by 0.</summary>
    /// <param name="usual">The default.</param>
    public static Setting<float> Epsilon(float usual) => new(
        "epsilon", "Added to the root that divides the gradient.", usual, "a finite number of 1E-30 or more", value => float.IsFinite(value) && value >= LeastEpsilon);

    /// <summary>A share that a mean keeps at each step.</summary>
    /// <param name="name">The name.</param>
    /// <param name="description">The effect, for help.</param>
    /// <param name="usual">The default.</param>
    public static Setting<double> Decay(string name, string description, double usual) => new(
        name, description, usual, "from 0 to below 1", value => value is >= 0 and < 1);
}
