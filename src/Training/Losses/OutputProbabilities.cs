using Mnist.Distributed.Training.Arithmetic;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// Turns the outputs of a network into probabilities, one for each output. Which way is right
/// depends on the loss that the network was trained with.
/// </summary>
/// <param name="outputs">The outputs for one image.</param>
/// <returns>Numbers from 0 to 1.</returns>
public delegate double[] OutputProbabilities(ReadOnlySpan<float> outputs);

/// <summary>The ways in which outputs become probabilities.</summary>
public static class Probabilities
{
    /// <summary>The softmax, for losses that compare distributions. The sum is 1.</summary>
    public static readonly OutputProbabilities Softmax = Arithmetic.Softmax.Probabilities;

    /// <summary>
    /// The sigmoid of each output, for losses that ask one question for each output.
    /// </summary>
    public static readonly OutputProbabilities Sigmoids = outputs => Of(outputs, output => Sigmoid.Of(output));

    /// <summary>
    /// The outputs themselves, cut off at 0 and 1, for regression against 0 and 1: the best output
    /// is the probability of a 1.
    /// </summary>
    public static readonly OutputProbabilities Themselves = outputs => Of(outputs, output => Math.Clamp(output, 0, 1));

    private static double[] Of(ReadOnlySpan<float> outputs, Func<double, double> probability)
    {
        var probabilities = new double[outputs.Length];
        for (var i = 0; i < probabilities.Length; i++)
        {
            probabilities[i] = probability(outputs[i]);
        }

        return probabilities;
    }
}
