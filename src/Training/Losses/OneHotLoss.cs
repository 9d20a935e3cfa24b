using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// The mean of an element loss over the outputs, against a one-hot target: 1 for the label, 0 for
/// all other classes.
/// </summary>
/// <param name="element">The loss of one output.</param>
internal sealed class OneHotLoss(IElementLoss element) : ILoss<int>
{
    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, int target, Span<float> byOutputs)
    {
        var sum = 0.0;
        for (var c = 0; c < outputs.Length; c++)
        {
            var (loss, derivative) = element.Of(outputs[c] - (c == target ? 1.0 : 0));
            sum += loss;
            if (!byOutputs.IsEmpty)
            {
                byOutputs[c] = (float)(derivative / outputs.Length);
            }
        }

        return sum / outputs.Length;
    }
}
