using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// The hinge loss of support vector machines: 0 for an output that is right by a margin of 1, and
/// linear below. With several classes, every other class is compared with the label (Crammer and
/// Singer's margins, averaged as PyTorch's <c>multi_margin_loss</c> does).
/// </summary>
/// <param name="isSquared">Whether the loss is squared.</param>
internal sealed class HingeLoss(bool isSquared) : ILoss<bool>, ILoss<int>
{
    private static readonly Setting<bool> Squared = new("squared", "Square the hinge loss.", false, "true or false", _ => true);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly LossDefinition Definition = new(
        "hinge",
        "max(0, 1 - y o), y = 1 or -1; for C classes, sum over i != y of max(0, 1 - o[y] + o[i]) / C",
        "answers with a margin, as a support vector machine gives them",
        [new("even-odd", "cnn", 0.01f, 1), new("one-vs-rest", "cnn", 0.01f, 1), new("digits", "cnn", 0.05f, 1)],
        [Squared],
        request => request.Task switch
        {
            BinaryTask task => task.Objective(new HingeLoss(Squared.Of(request.Settings))),
            ClassTask task => task.Objective((ILoss<int>)new HingeLoss(Squared.Of(request.Settings))),
            _ => null,
        })
    {
        NeedsNegativeOutputs = true,
    };

    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, bool target, Span<float> byOutputs)
    {
        var side = target ? 1 : -1;
        var (loss, derivative) = Of(1 - (side * (double)outputs[0]));
        if (!byOutputs.IsEmpty)
        {
            byOutputs[0] = (float)(-side * derivative);
        }

        return loss;
    }

    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, int target, Span<float> byOutputs)
    {
        var (sum, byTarget) = (0.0, 0.0);
        for (var c = 0; c < outputs.Length; c++)
        {
            if (c == target)
            {
                continue;
            }

            var (loss, derivative) = Of(1 - (double)outputs[target] + outputs[c]);
            sum += loss;
            byTarget -= derivative;
            if (!byOutputs.IsEmpty)
            {
                byOutputs[c] = (float)(derivative / outputs.Length);
            }
        }

        if (!byOutputs.IsEmpty)
        {
            byOutputs[target] = (float)(byTarget / outputs.Length);
        }

        return sum / outputs.Length;
    }

    private (double Loss, double Derivative) Of(double missing) =>
        missing <= 0 ? default
        : isSquared ? (missing * missing, 2 * missing)
        : (missing, 1);
}
