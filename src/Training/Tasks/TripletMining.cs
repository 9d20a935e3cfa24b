using System.Numerics.Tensors;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>
/// Finds triplets among the images of one batch. Every image is an anchor. Ties go to the first
/// image.
/// </summary>
internal static class TripletMining
{
    /// <summary>
    /// No mining: a view draws the triplets (<see cref="Views.TripletView"/>).
    /// </summary>
    public const string Random = "random";

    private const string SemiHard = "semi-hard";
    private const string BatchHard = "batch-hard";

    /// <summary>Whether there is a mining of that name.</summary>
    public static bool Knows(string name) => name is Random or SemiHard or BatchHard;

    /// <summary>
    /// Finds positive and negative of an anchor. <c>batch-hard</c> takes the farthest positive and
    /// the nearest negative (Hermans, Beyer and Leibe, 2017). <c>semi-hard</c> takes the next
    /// positive in the batch, and the nearest negative that is farther away than it, or else the
    /// farthest negative (Schroff, Kalenichenko and Philbin, 2015).
    /// </summary>
    /// <param name="mining">Name of the mining.</param>
    /// <param name="batch">The images.</param>
    /// <param name="outputs">Their embeddings, images x dimensions.</param>
    /// <param name="anchor">0-based position of the anchor.</param>
    /// <returns>Their positions; null if the batch has no triplet for this anchor.</returns>
    public static (int Positive, int Negative)? Find(string mining, Batch batch, ReadOnlySpan<float> outputs, int anchor)
    {
        var (isHard, width) = (mining == BatchHard, outputs.Length / batch.Count);
        var label = batch.Label(anchor);
        var positive = -1;
        for (var step = 1; step < batch.Count; step++)
        {
            var other = isHard ? (step <= anchor ? step - 1 : step) : (anchor + step) % batch.Count;
            if (batch.Label(other) == label && (positive < 0 || (isHard && Distance(outputs, other) > Distance(outputs, positive))))
            {
                positive = other;
            }
        }

        if (positive < 0)
        {
            return null;
        }

        var near = isHard ? float.NegativeInfinity : Distance(outputs, positive);
        var (nearest, farthest) = (-1, -1);
        for (var other = 0; other < batch.Count; other++)
        {
            if (batch.Label(other) == label)
            {
                continue;
            }

            var distance = Distance(outputs, other);
            nearest = distance > near && (nearest < 0 || distance < Distance(outputs, nearest)) ? other : nearest;
            farthest = farthest < 0 || distance > Distance(outputs, farthest) ? other : farthest;
        }

        return farthest < 0 ? null : (positive, nearest < 0 ? farthest : nearest);

        float Distance(ReadOnlySpan<float> embeddings, int other) => TensorPrimitives.Distance(embeddings.Slice(anchor * width, width), embeddings.Slice(other * width, width));
    }
}
