using Mnist.Distributed.Training.Arithmetic;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// Cross entropy against a distribution over the classes: a one-hot label, or a smoothed one.
/// </summary>
/// <param name="labels">The distribution of a label.</param>
internal sealed class CategoricalCrossEntropyLoss(SmoothedLabels labels) : ILoss<int>
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly LossDefinition Definition = new(
        "categorical-cross-entropy",
        "-sum over i of q[i] log softmax(o)[i]",
        "classification against distributions: one-hot labels, or labels smoothed with --label-smoothing",
        [new("digits", "cnn", 0.01f, 1)],
        [SmoothedLabels.OneHotByDefault],
        request => request.Task is ClassTask task
            ? task.Objective(new CategoricalCrossEntropyLoss(new SmoothedLabels(SmoothedLabels.OneHotByDefault.Of(request.Settings), task.Outputs)))
            : null)
    {
        Probabilities = Losses.Probabilities.Softmax,
    };

    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, int target, Span<float> byOutputs)
    {
        var softmax = new Softmax(outputs);
        var expected = 0.0;
        for (var c = 0; c < outputs.Length; c++)
        {
            expected += labels.Of(c, target) * outputs[c];
        }

        for (var c = 0; c < byOutputs.Length; c++)
        {
            byOutputs[c] = (float)(softmax.Of(outputs[c]) - labels.Of(c, target));
        }

        return softmax.LogSum - expected;
    }
}
