using System.Numerics.Tensors;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// Cross entropy: the negative logarithm of the softmax probability of the label.
/// </summary>
public sealed class CrossEntropyLoss : ILoss<int>
{
    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, int target, Span<float> byOutputs)
    {
        // The largest output is subtracted so that no exponential overflows. The arithmetic is in
        // double precision because C libraries differ in the last bit of single-precision
        // functions.
        var largest = (double)TensorPrimitives.Max(outputs);
        var sum = 0.0;
        foreach (var output in outputs)
        {
            sum += Math.Exp(output - largest);
        }

        for (var c = 0; c < byOutputs.Length; c++)
        {
            byOutputs[c] = (float)((Math.Exp(outputs[c] - largest) / sum) - (c == target ? 1 : 0));
        }

        return Math.Log(sum) + largest - outputs[target];
    }
}
