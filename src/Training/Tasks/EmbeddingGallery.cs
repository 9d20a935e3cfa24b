using System.Numerics.Tensors;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>
/// The embeddings of labelled images, and their mean for each class. May be used by several threads
/// at a time.
/// </summary>
internal sealed class EmbeddingGallery
{
    private readonly int _width;
    private readonly bool _isAngular;
    private readonly int[] _labels;
    private readonly float[] _embeddings;
    private readonly float[] _centroids;
    private readonly int[] _counts;

    /// <summary>Copies embeddings and computes their means.</summary>
    /// <param name="images">The images; they give the labels.</param>
    /// <param name="outputs">Their embeddings, images x dimensions.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="isAngular">Whether all embeddings are scaled to length 1 first.</param>
    public EmbeddingGallery(ImageSet images, ReadOnlySpan<float> outputs, int classes, bool isAngular)
    {
        _width = outputs.Length / images.Count;
        _isAngular = isAngular;
        _labels = [.. images.Labels.ToArray().Select(label => (int)label)];
        _embeddings = outputs.ToArray();
        _centroids = new float[classes * _width];
        _counts = new int[classes];
        for (var image = 0; image < _labels.Length; image++)
        {
            var embedding = _embeddings.AsSpan(image * _width, _width);
            Scale(embedding).CopyTo(embedding);
            var centroid = Centroid(_labels[image]);
            TensorPrimitives.Add(centroid, embedding, centroid);
            _counts[_labels[image]]++;
        }

        for (var c = 0; c < classes; c++)
        {
            TensorPrimitives.Divide(Centroid(c), Math.Max(1, _counts[c]), Centroid(c));
        }
    }

    /// <summary>
    /// The class whose mean embedding is nearest; of equally near ones the first.
    /// </summary>
    public int NearestCentroid(ReadOnlySpan<float> embedding)
    {
        var scaled = Scale(embedding);
        var (best, distance) = (-1, float.PositiveInfinity);
        for (var c = 0; c < _counts.Length; c++)
        {
            if (_counts[c] > 0 && TensorPrimitives.Distance(scaled, Centroid(c)) is var other && other < distance)
            {
                (best, distance) = (c, other);
            }
        }

        return best;
    }

    /// <summary>The class of the nearest image; of equally near ones the first.</summary>
    public int NearestImage(ReadOnlySpan<float> embedding)
    {
        var scaled = Scale(embedding);
        var (best, distance) = (-1, float.PositiveInfinity);
        for (var image = 0; image < _labels.Length; image++)
        {
            if (TensorPrimitives.Distance(scaled, _embeddings.AsSpan(image * _width, _width)) is var other && other < distance)
            {
                (best, distance) = (_labels[image], other);
            }
        }

        return best;
    }

    private ReadOnlySpan<float> Scale(ReadOnlySpan<float> embedding)
    {
        if (!_isAngular || TensorPrimitives.Norm(embedding) is not (> 0 and var norm))
        {
            return embedding;
        }

        var scaled = new float[embedding.Length];
        TensorPrimitives.Divide(embedding, norm, scaled);
        return scaled;
    }

    private Span<float> Centroid(int c) => _centroids.AsSpan(c * _width, _width);
}
