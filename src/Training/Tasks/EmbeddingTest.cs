using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>
/// Tests embeddings: the loss of fixed triplets, and whether an image lies at its class in a
/// gallery.
/// </summary>
/// <param name="training">The objective of the training; it computes the loss.</param>
/// <param name="gallery">The gallery.</param>
internal sealed class EmbeddingTest(EmbeddingObjective training, EmbeddingGallery gallery) : IObjective
{
    /// <summary>
    /// The share of images that are nearest to the mean embedding of their own class.
    /// </summary>
    public static readonly Metric Centroids = new("centroid accuracy", HigherIsBetter: true, IsShare: true) { IsOfTestOnly = true };

    /// <summary>
    /// All metrics. Recall@1 is the share of images whose nearest image of the gallery has their
    /// class.
    /// </summary>
    public static readonly IReadOnlyList<Metric> All = [Centroids, new("recall@1", HigherIsBetter: true, IsShare: true)];

    /// <inheritdoc />
    public int Outputs => training.Outputs;

    /// <inheritdoc />
    public Metric Metric => Centroids;

    /// <inheritdoc />
    public IReadOnlyList<Metric> Metrics => All;

    /// <inheritdoc />
    public ISampleView View(ImageSet split, SceneKey key) => training.View(split, key);

    /// <inheritdoc />
    public StepTotals Judge(Batch batch, ReadOnlySpan<float> outputs, Span<float> byOutputs)
    {
        var correct = 0;
        for (var sample = 0; sample < batch.Samples; sample++)
        {
            var anchor = sample * batch.ImagesPerSample;
            correct += gallery.NearestCentroid(outputs.Slice(anchor * Outputs, Outputs)) == batch.Label(anchor) ? 1 : 0;
        }

        // As the loss, a right answer counts once for each image of the sample.
        return training.Judge(batch, outputs, byOutputs) with { MetricSum = batch.ImagesPerSample * (double)correct, MetricWeight = batch.Count };
    }

    /// <inheritdoc />
    public MetricSum[] Measure(Batch batch, ReadOnlySpan<float> outputs)
    {
        var anchor = outputs[..Outputs];
        return
        [
            new(gallery.NearestCentroid(anchor) == batch.Label(0) ? 1 : 0, 1),
            new(gallery.NearestImage(anchor) == batch.Label(0) ? 1 : 0, 1),
        ];
    }
}
