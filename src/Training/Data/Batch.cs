namespace Mnist.Distributed.Training.Data;

/// <summary>Some samples of a split, in a given order. Nothing is copied.</summary>
/// <param name="samples">The split.</param>
/// <param name="indexes">Positions in the split.</param>
public readonly ref struct Batch(ImageSet samples, ReadOnlySpan<int> indexes)
{
    private readonly ReadOnlySpan<int> _indexes = indexes;

    /// <summary>Number of samples.</summary>
    public int Count => _indexes.Length;

    /// <summary>The 784 pixels of a sample.</summary>
    public ReadOnlySpan<byte> Image(int sample) => samples.Image(_indexes[sample]);

    /// <summary>The class of a sample, 0..9.</summary>
    public int Label(int sample) => samples.Labels[_indexes[sample]];
}
