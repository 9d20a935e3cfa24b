using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Views;

/// <summary>The view of a split as it is.</summary>
/// <param name="split">The split.</param>
public sealed class SplitView(ImageSet split) : ISampleView
{
    /// <inheritdoc />
    public int ImagesPerSample => 1;

    /// <inheritdoc />
    public Batch Gather(ReadOnlySpan<int> indexes, int epoch) => new(split, indexes);

    /// <inheritdoc />
    public void Prefetch(ReadOnlySpan<int> indexes) => new Batch(split, indexes).Prefetch();
}
