using Mnist.Distributed.Training.Arithmetic;
using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// The mean of an element loss over the softmax probabilities, against a one-hot target.
/// </summary>
/// <param name="element">The loss of one probability.</param>
internal sealed class SoftmaxLoss(IElementLoss element) : ILoss<int>
{
    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, int target, Span<float> byOutputs)
    {
        var softmax = new Softmax(outputs);
        var (sum, mean) = (0.0, 0.0);
        for (var c = 0; c < outputs.Length; c++)
        {
            var probability = softmax.Of(outputs[c]);
            var (loss, derivative) = element.Of(probability - (c == target ? 1.0 : 0));
            sum += loss;
            mean += probability * derivative;
        }

        // The derivative of a softmax: p[c] times (the derivative by p[c] minus their mean).
        for (var c = 0; c < byOutputs.Length; c++)
        {
            var probability = softmax.Of(outputs[c]);
            byOutputs[c] = (float)(probability * (element.Of(probability - (c == target ? 1.0 : 0)).Derivative - mean) / outputs.Length);
        }

        return sum / outputs.Length;
    }
}
