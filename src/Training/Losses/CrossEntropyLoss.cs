using Mnist.Distributed.Training.Arithmetic;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// Cross entropy: the negative logarithm of the softmax probability of the label.
/// </summary>
public sealed class CrossEntropyLoss : ILoss<int>
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly LossDefinition Definition = new(
        "cross-entropy",
        "-log softmax(o)[y]",
        "classification; the loss of the recipe",
        [new("digits", "mlp", 0.01f, 10)],
        [],
        request => request.Task is ClassTask task ? task.Objective(new CrossEntropyLoss()) : null)
    {
        Probabilities = Losses.Probabilities.Softmax,
    };

    /// <summary>
    /// The entry of the catalogue under the name that says how a label is given: as a number, and
    /// not as a distribution.
    /// </summary>
    public static readonly LossDefinition Sparse = Definition with
    {
        Name = "sparse-categorical-cross-entropy",
        Summary = "cross entropy of labels that are numbers: the same bytes as cross-entropy",
        Uses = [new("digits", "cnn", 0.01f, 1)],
    };

    /// <summary>
    /// The entry of the catalogue under the name of its two parts: a log-softmax, and the negative
    /// log-likelihood of the label.
    /// </summary>
    public static readonly LossDefinition NegativeLogLikelihood = Definition with
    {
        Name = "nll",
        Formula = "-x[y], x = log softmax(o)",
        Summary = "the negative log-likelihood on a log-softmax head, so that it has a lower bound: the same bytes as cross-entropy",
        Uses = [new("digits", "cnn", 0.01f, 1)],
    };

    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, int target, Span<float> byOutputs)
    {
        var softmax = new Softmax(outputs);
        for (var c = 0; c < byOutputs.Length; c++)
        {
            byOutputs[c] = (float)(softmax.Of(outputs[c]) - (c == target ? 1 : 0));
        }

        return softmax.LogSum - outputs[target];
    }
}
