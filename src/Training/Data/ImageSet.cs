namespace Mnist.Distributed.Training.Data;

/// <summary>One split of a data set: grey-scale images of 28 x 28 pixels with a class label each.</summary>
public sealed class ImageSet
{
    /// <summary>Rows of an image.</summary>
    public const int Rows = 28;

    /// <summary>Columns of an image.</summary>
    public const int Columns = 28;

    /// <summary>Pixels of an image, row by row.</summary>
    public const int Pixels = Rows * Columns;

    /// <summary>Classes a label can name: 0..9.</summary>
    public const int Classes = 10;

    private readonly ReadOnlyMemory<byte> _images;
    private readonly ReadOnlyMemory<byte> _labels;

    /// <summary>Wraps pixel and label bytes; nothing is copied.</summary>
    /// <param name="images">Count x 784 bytes, 0 = background, 255 = ink.</param>
    /// <param name="labels">Count bytes, 0..9.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together.</exception>
    public ImageSet(ReadOnlyMemory<byte> images, ReadOnlyMemory<byte> labels)
    {
        if (images.Length != (long)labels.Length * Pixels)
        {
            throw new ArgumentException($"{labels.Length} labels need {(long)labels.Length * Pixels} pixel bytes, not {images.Length}.", nameof(images));
        }

        _images = images;
        _labels = labels;
    }

    /// <summary>Number of samples.</summary>
    public int Count => _labels.Length;

    /// <summary>All pixels, sample after sample.</summary>
    public ReadOnlySpan<byte> Images => _images.Span;

    /// <summary>All labels.</summary>
    public ReadOnlySpan<byte> Labels => _labels.Span;

    /// <summary>The 784 pixels of one sample.</summary>
    public ReadOnlySpan<byte> Image(int index) => _images.Span.Slice(index * Pixels, Pixels);

    /// <summary>The first <paramref name="count"/> samples, sharing the bytes.</summary>
    public ImageSet First(int count) => count >= Count ? this : new ImageSet(_images[..(count * Pixels)], _labels[..count]);
}
