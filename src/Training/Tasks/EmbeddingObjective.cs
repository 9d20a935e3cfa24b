using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Randomness;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>
/// Trains embeddings with triplets, and tests them against a gallery. The loss of a triplet counts
/// once for each of its images, so that the mean over the images is the mean over the triplets.
/// </summary>
/// <param name="dimensions">Number of elements of an embedding.</param>
/// <param name="classes">Number of classes.</param>
/// <param name="loss">The loss of a triplet.</param>
/// <param name="mining">How triplets are found for training.</param>
internal sealed class EmbeddingObjective(int dimensions, int classes, ITripletLoss loss, string mining) : IGalleryObjective
{
    /// <inheritdoc />
    public int Outputs => dimensions;

    /// <inheritdoc />
    public Metric Metric => EmbeddingTest.Centroids;

    /// <inheritdoc />
    public IReadOnlyList<Metric> Metrics => EmbeddingTest.All;

    /// <inheritdoc />
    public bool ComparesSamples => mining != TripletMining.Random;

    /// <inheritdoc />
    public ISampleView View(ImageSet split, SceneKey key) =>
        mining == TripletMining.Random || key.Purpose == RandomPurpose.TestScene ? new TripletView(split, key) : new SplitView(split);

    /// <inheritdoc />
    public IObjective Against(ImageSet gallery, ReadOnlySpan<float> outputs) => new EmbeddingTest(this, new EmbeddingGallery(gallery, outputs, classes, loss.IsAngular));

    /// <inheritdoc />
    public StepTotals Judge(Batch batch, ReadOnlySpan<float> outputs, Span<float> byOutputs)
    {
        byOutputs.Clear();
        var sum = 0.0;
        for (var sample = 0; sample < batch.Samples; sample++)
        {
            // Found triplets are one for each image; drawn ones have three images of their own.
            if (batch.ImagesPerSample == TripletView.Images)
            {
                var anchor = TripletView.Images * sample;
                sum += TripletView.Images * Of(outputs, byOutputs, (anchor, anchor + 1, anchor + 2), TripletView.Images);
            }
            else if (TripletMining.Find(mining, batch, outputs, sample) is { } found)
            {
                sum += Of(outputs, byOutputs, (sample, found.Positive, found.Negative), 1);
            }
        }

        return new StepTotals(sum, 0, 0, batch.Count);
    }

    private double Of(ReadOnlySpan<float> outputs, Span<float> byOutputs, (int Anchor, int Positive, int Negative) triplet, double factor)
    {
        var gradient = byOutputs.IsEmpty
            ? default
            : new TripletGradient(
                factor,
                byOutputs.Slice(triplet.Anchor * dimensions, dimensions),
                byOutputs.Slice(triplet.Positive * dimensions, dimensions),
                byOutputs.Slice(triplet.Negative * dimensions, dimensions));
        return loss.Of(
            outputs.Slice(triplet.Anchor * dimensions, dimensions),
            outputs.Slice(triplet.Positive * dimensions, dimensions),
            outputs.Slice(triplet.Negative * dimensions, dimensions),
            gradient);
    }
}
