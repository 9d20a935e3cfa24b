using System.Numerics.Tensors;

namespace Mnist.Distributed.Training.Arithmetic;

/// <summary>
/// The softmax of outputs in double precision. C libraries differ in the last bit of
/// single-precision functions.
/// </summary>
public readonly struct Softmax
{
    private readonly double _largest;
    private readonly double _sum;
    private readonly double _scale;

    /// <summary>Sums the exponentials of outputs.</summary>
    /// <param name="outputs">The outputs for one sample.</param>
    /// <param name="temperature">The number by which outputs are divided first.</param>
    public Softmax(ReadOnlySpan<float> outputs, double temperature = 1)
    {
        // The largest output is subtracted so that no exponential overflows.
        var scale = 1 / temperature;
        var largest = (double)TensorPrimitives.Max(outputs);
        var sum = 0.0;
        foreach (var output in outputs)
        {
            sum += Math.Exp((output - largest) * scale);
        }

        (_largest, _sum, _scale) = (largest, sum, scale);
    }

    /// <summary>The probabilities of outputs.</summary>
    public static double[] Probabilities(ReadOnlySpan<float> outputs)
    {
        var softmax = new Softmax(outputs);
        var probabilities = new double[outputs.Length];
        for (var c = 0; c < probabilities.Length; c++)
        {
            probabilities[c] = softmax.Of(outputs[c]);
        }

        return probabilities;
    }

    /// <summary>The logarithm of the sum of the exponentials of the outputs.</summary>
    public double LogSum => Math.Log(_sum) + (_largest * _scale);

    /// <summary>The probability of an output.</summary>
    public double Of(float output) => Math.Exp((output - _largest) * _scale) / _sum;

    /// <summary>The logarithm of the probability of an output.</summary>
    public double LogOf(float output) => ((output - _largest) * _scale) - Math.Log(_sum);
}
