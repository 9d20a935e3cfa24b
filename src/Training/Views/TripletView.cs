using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Views;

/// <summary>
/// A view whose samples are triplets: an image, another one of its class, and one of another class.
/// They are drawn from the whole split, anew in each epoch, and do not depend on the workers.
/// </summary>
public sealed class TripletView : ISampleView
{
    /// <summary>Number of images of a triplet.</summary>
    public const int Images = 3;

    private readonly ImageSet _split;
    private readonly SceneKey _key;
    private readonly int[] _byClass;
    private readonly Dictionary<int, (int First, int Count)> _classes = [];
    private int[] _indexes = [];

    /// <summary>Sorts a split by class.</summary>
    /// <param name="split">The split.</param>
    /// <param name="key">The key of the draws.</param>
    /// <exception cref="InvalidInputException">All images have one class.</exception>
    public TripletView(ImageSet split, SceneKey key)
    {
        (_split, _key) = (split, key);
        _byClass = [.. Enumerable.Range(0, split.Count).OrderBy(index => split.Labels[index])];
        for (var at = 0; at < _byClass.Length; at++)
        {
            var label = split.Labels[_byClass[at]];
            _classes[label] = _classes.TryGetValue(label, out var known) ? known with { Count = known.Count + 1 } : (at, 1);
        }

        InvalidInputException.Require(_classes.Count > 1, $"Triplets need images of two classes, but all {split.Count} have one: use more Samples.", "Samples");
    }

    /// <inheritdoc />
    public int ImagesPerSample => Images;

    /// <inheritdoc />
    public Batch Gather(ReadOnlySpan<int> indexes, int epoch)
    {
        if (_indexes.Length < Images * indexes.Length)
        {
            _indexes = new int[Images * indexes.Length];
        }

        for (var at = 0; at < indexes.Length; at++)
        {
            Draw(indexes[at], epoch).CopyTo(_indexes, Images * at);
        }

        return new Batch(_split, _indexes.AsSpan(0, Images * indexes.Length)) { ImagesPerSample = Images };
    }

    /// <inheritdoc />
    public void Prefetch(ReadOnlySpan<int> indexes) => new Batch(_split, indexes).Prefetch();

    private int[] Draw(int anchor, int epoch)
    {
        var random = _key.Of(anchor, epoch);
        var (first, count) = _classes[_split.Labels[anchor]];

        // The anchor's own place stands for the last image of its class, so that no image is its
        // own partner, unless it is alone.
        var positive = _byClass[first + random.NextInt32(Math.Max(1, count - 1))];
        positive = positive == anchor ? _byClass[first + count - 1] : positive;
        var other = random.NextInt32(_split.Count - count);
        return [anchor, positive, _byClass[other < first ? other : other + count]];
    }
}
