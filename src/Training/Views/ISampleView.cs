using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Views;

/// <summary>
/// A task's view of a split: it makes the images and targets of samples when a batch is gathered. A
/// sample depends on the split, the key and its index only, so every silo gathers the same bytes.
/// May be used by one thread at a time.
/// </summary>
public interface ISampleView
{
    /// <summary>Number of images of a sample.</summary>
    int ImagesPerSample { get; }

    /// <summary>Gathers samples.</summary>
    /// <param name="indexes">0-based positions in the split.</param>
    /// <param name="epoch">0-based epoch, for draws that change with the epoch.</param>
    /// <returns>The batch, valid until the next call.</returns>
    Batch Gather(ReadOnlySpan<int> indexes, int epoch);

    /// <summary>Says which samples will be gathered next.</summary>
    /// <param name="indexes">0-based positions in the split.</param>
    void Prefetch(ReadOnlySpan<int> indexes);
}
