using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// The triplet margin loss: the positive shall be nearer to the anchor than the negative, by a
/// margin. A distance is the Euclidean norm of a difference plus 1e-6 in every element, as in
/// PyTorch's <c>triplet_margin_loss</c>, so it has a derivative for equal embeddings too.
/// </summary>
/// <param name="margin">The margin.</param>
internal sealed class TripletLoss(double margin) : ITripletLoss
{
    private const double Epsilon = 1e-6;

    private static readonly Setting<double> Margin = new(
        "margin", "By how much the negative of a triplet must be farther away than the positive.", 1, "a finite number above 0", value => double.IsFinite(value) && value > 0);

    private static readonly Setting<string> Mining = new(
        "mining",
        "How triplets are found: random, from the whole data set; semi-hard or batch-hard, in a worker's part of a batch, so that the result depends on --workers.",
        TripletMining.Random,
        "random, semi-hard or batch-hard",
        TripletMining.Knows);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly LossDefinition Definition = new(
        "triplet",
        "max(0, |a - p| - |a - n| + margin)",
        "embeddings: images of one class near to each other, other classes far away",
        [new("embedding", "cnn", 0.01f, 2) { ModelSettings = EmbeddingTask.NoDropout }],
        [Margin, Mining],
        request => request.Task is EmbeddingTask task ? task.Objective(new TripletLoss(Margin.Of(request.Settings)), Mining.Of(request.Settings)) : null)
    {
        NeedsNegativeOutputs = true,
    };

    /// <inheritdoc />
    public bool IsAngular => false;

    /// <inheritdoc />
    public double Of(ReadOnlySpan<float> anchor, ReadOnlySpan<float> positive, ReadOnlySpan<float> negative, TripletGradient gradient)
    {
        var (near, far) = (Distance(anchor, positive), Distance(anchor, negative));
        var loss = near - far + margin;
        if (loss <= 0)
        {
            return 0;
        }

        for (var i = 0; gradient.IsWanted && i < anchor.Length; i++)
        {
            var (toPositive, toNegative) = (((double)anchor[i] - positive[i] + Epsilon) / near, ((double)anchor[i] - negative[i] + Epsilon) / far);
            gradient.Add(i, toPositive - toNegative, -toPositive, toNegative);
        }

        return loss;
    }

    private static double Distance(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var sum = 0.0;
        for (var i = 0; i < one.Length; i++)
        {
            var difference = (double)one[i] - other[i] + Epsilon;
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }
}
