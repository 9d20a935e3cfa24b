using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Optimizers;

namespace Mnist.Distributed.Tests.Training.Catalogue.Extensions;

/// <summary>
/// Adam (D. P. Kingma, J. Ba, arXiv:1412.6980), with both moments in slots and the bias correction
/// from the number of the step.
/// </summary>
internal sealed class Adam(double beta1, double beta2) : IOptimizer
{
    public const double Epsilon = 1e-8;

    public static readonly Setting<double> Beta1 = new("beta1", "Decay of the first moment.", 0.9, "from 0 to below 1", value => value is >= 0 and < 1);

    public static readonly Setting<double> Beta2 = new("beta2", "Decay of the second moment.", 0.999, "from 0 to below 1", value => value is >= 0 and < 1);

    public static readonly OptimizerDefinition Definition = new(
        "own-adam", [Beta1, Beta2], settings => new Adam(Beta1.Of(settings), Beta2.Of(settings)));

    public int Slots => 2;

    public void Apply(Span<float> parameters, ReadOnlySpan<float> gradient, OptimizerSlots slots, OptimizerStep step)
    {
        var first = slots[0];
        var second = slots[1];
        var (correction1, correction2) = (1 - Math.Pow(beta1, step.Step + 1), 1 - Math.Pow(beta2, step.Step + 1));
        for (var i = 0; i < parameters.Length; i++)
        {
            double g = gradient[i] * step.Scale;
            first[i] = (float)((beta1 * first[i]) + ((1 - beta1) * g));
            second[i] = (float)((beta2 * second[i]) + ((1 - beta2) * g * g));
            parameters[i] -= (float)(step.LearningRate * (first[i] / correction1) / (Math.Sqrt(second[i] / correction2) + Epsilon));
        }
    }
}
