using Mnist.Distributed.Training.Arithmetic;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// The Kullback-Leibler divergence of the softmax from a smoothed label. With a teacher,
/// <see cref="DistillationLoss"/> takes its place.
/// </summary>
/// <param name="labels">The distribution of a label.</param>
internal sealed class KlDivergenceLoss(SmoothedLabels labels) : ILoss<int>
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly LossDefinition Definition = new(
        "kl-divergence",
        "sum over i of q[i] (log q[i] - log softmax(o)[i])",
        "learning a distribution: smoothed labels, or with --teacher the outputs of a trained model (distillation)",
        [new("digits", "cnn", 0.01f, 1)],
        [SmoothedLabels.SmoothedByDefault, DistillationLoss.Temperature],
        request => request switch
        {
            { Task: ClassTask task, Teacher: { } teacher } => task.Objective(new DistillationLoss(DistillationLoss.Temperature.Of(request.Settings)), teacher),
            { Task: ClassTask task } => task.Objective(new KlDivergenceLoss(new SmoothedLabels(SmoothedLabels.SmoothedByDefault.Of(request.Settings), task.Outputs))),
            _ => null,
        })
    {
        Probabilities = Losses.Probabilities.Softmax,
        Taught = new("digits", "mlp-logits", 0.01f, 10),
    };

    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, int target, Span<float> byOutputs)
    {
        var softmax = new Softmax(outputs);
        var sum = 0.0;
        for (var c = 0; c < outputs.Length; c++)
        {
            var probability = labels.Of(c, target);

            // 0 log 0 is 0.
            sum += probability == 0 ? 0 : probability * (Math.Log(probability) - softmax.LogOf(outputs[c]));
        }

        for (var c = 0; c < byOutputs.Length; c++)
        {
            byOutputs[c] = (float)(softmax.Of(outputs[c]) - labels.Of(c, target));
        }

        return sum;
    }
}
