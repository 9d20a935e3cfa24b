using Mnist.Distributed.Training.Arithmetic;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// Binary cross entropy on logits: the negative logarithm of the sigmoid probability of the answer.
/// With several classes, every class is a question of its own, and the loss is their mean.
/// </summary>
public sealed class BinaryCrossEntropyLoss : ILoss<bool>, ILoss<int>
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly LossDefinition Definition = new(
        "binary-cross-entropy",
        "max(o, 0) - o t + log(1 + exp(-|o|)); the mean over the classes",
        "questions with two answers, one for each output",
        [new("even-odd", "cnn", 0.01f, 1), new("one-vs-rest", "cnn", 0.01f, 1), new("digits", "cnn", 0.1f, 1)],
        [],
        request => request.Task switch
        {
            BinaryTask task => task.Objective(new BinaryCrossEntropyLoss()),
            ClassTask task => task.Objective((ILoss<int>)new BinaryCrossEntropyLoss()),
            _ => null,
        })
    {
        NeedsNegativeOutputs = true,
        Probabilities = Losses.Probabilities.Sigmoids,
    };

    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, bool target, Span<float> byOutputs)
    {
        var (loss, derivative) = Of(outputs[0], target);
        if (!byOutputs.IsEmpty)
        {
            byOutputs[0] = (float)derivative;
        }

        return loss;
    }

    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, int target, Span<float> byOutputs)
    {
        var sum = 0.0;
        for (var c = 0; c < outputs.Length; c++)
        {
            var (loss, derivative) = Of(outputs[c], c == target);
            sum += loss;
            if (!byOutputs.IsEmpty)
            {
                byOutputs[c] = (float)(derivative / outputs.Length);
            }
        }

        return sum / outputs.Length;
    }

    private static (double Loss, double Derivative) Of(double output, bool target)
    {
        var small = Math.Exp(-Math.Abs(output));
        var sigmoid = Sigmoid.Of(output);
        return (Math.Max(output, 0) - (target ? output : 0) + Math.Log(1 + small), sigmoid - (target ? 1 : 0));
    }
}
