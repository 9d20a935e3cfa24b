using Mnist.Distributed.Training.Arithmetic;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// The cosine loss: 1 minus the cosine of the angle between the outputs and the one-hot vector of
/// the label. For embeddings, the angles within a triplet (<see cref="CosineTripletLoss"/>).
/// </summary>
internal sealed class CosineLoss : ILoss<int>
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly LossDefinition Definition = new(
        "cosine",
        "1 - o[y] / |o|; for embeddings, 1 - cos(a, p) + max(0, cos(a, n))",
        "directions: the length of the outputs does not matter",
        [new("digits", "cnn", 0.1f, 1), new("embedding", "cnn", 0.01f, 2) { ModelSettings = EmbeddingTask.NoDropout }],
        [],
        request => request.Task switch
        {
            ClassTask task => task.Objective(new CosineLoss()),
            EmbeddingTask task => task.Objective(new CosineTripletLoss()),
            _ => null,
        });

    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> outputs, int target, Span<float> byOutputs)
    {
        var norm = EuclideanNorm.Of(outputs);
        var cosine = outputs[target] / Math.Max(norm, EuclideanNorm.Smallest);
        for (var c = 0; c < byOutputs.Length; c++)
        {
            var along = norm < EuclideanNorm.Smallest ? 0 : cosine * outputs[c] / (norm * norm);
            byOutputs[c] = (float)(along - ((c == target ? 1 : 0) / Math.Max(norm, EuclideanNorm.Smallest)));
        }

        return 1 - cosine;
    }
}
