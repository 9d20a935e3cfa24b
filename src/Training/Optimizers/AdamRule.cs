using System.Numerics;
using System.Runtime.CompilerServices;
using Mnist.Distributed.Training.Arithmetic;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>
/// One step with both moments (D. P. Kingma, J. Ba, arXiv:1412.6980). The slots are the means of
/// the gradient and of its square. PyTorch divides both by their bias corrections; here, the
/// corrections are in the rate and in epsilon, which saves a division for each element.
/// </summary>
internal readonly struct AdamRule : IElementRule
{
    private readonly float _scale;
    private readonly float _penalty;
    private readonly float _kept;
    private readonly float _oldFirst;
    private readonly float _newFirst;
    private readonly float _oldSecond;
    private readonly float _newSecond;
    private readonly float _rate;
    private readonly float _epsilon;

    /// <summary>The numbers of a step.</summary>
    /// <param name="beta1">Decay of the mean of the gradients.</param>
    /// <param name="beta2">Decay of the mean of the squared gradients.</param>
    /// <param name="epsilon">Added to the root.</param>
    /// <param name="step">The step.</param>
    /// <param name="penalty">Factor of the L2 penalty in the gradient.</param>
    /// <param name="decay">
    /// Factor of the decay beside the gradient; the learning rate multiplies it.
    /// </param>
    public AdamRule(double beta1, double beta2, float epsilon, OptimizerStep step, float penalty, double decay)
    {
        var root = Math.Sqrt(1 - PortableMath.Power(beta2, step.Step + 1));
        _scale = step.Scale;
        _penalty = penalty;
        _kept = (float)(1 - (step.LearningRate * decay));
        (_oldFirst, _newFirst) = ((float)beta1, (float)(1 - beta1));
        (_oldSecond, _newSecond) = ((float)beta2, (float)(1 - beta2));
        _rate = (float)(step.LearningRate * root / (1 - PortableMath.Power(beta1, step.Step + 1)));
        _epsilon = (float)(epsilon * root);
    }

    /// <inheritdoc />
    public static int Slots => 2;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Next(Vector<float> parameter, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second)
    {
        var slope = (gradient * _scale) + (parameter * _penalty);
        first = (first * _oldFirst) + (slope * _newFirst);
        second = (second * _oldSecond) + (slope * slope * _newSecond);
        return (parameter * _kept) - (first * _rate / (Vector.SquareRoot(second) + new Vector<float>(_epsilon)));
    }
}
