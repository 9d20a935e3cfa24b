using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>One split of a data set: images of one shape, with a class label for each.</summary>
public sealed class ImageSet
{
    private readonly ReadOnlyMemory<byte> _images;
    private readonly ReadOnlyMemory<ushort> _labels;
    private readonly int _pixels;

    /// <summary>Makes a split over existing memory, without a copy.</summary>
    /// <param name="images">
    /// Count x pixels bytes: image after image, each plane after plane, each row by row.
    /// </param>
    /// <param name="labels">One 0-based class for each image.</param>
    /// <param name="sample">Shape of an image.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public ImageSet(ReadOnlyMemory<byte> images, ReadOnlyMemory<ushort> labels, SampleShape sample)
    {
        _pixels = sample.Pixels;
        if (images.Length != (long)labels.Length * _pixels)
        {
            throw new ArgumentException($"{labels.Length} labels need {(long)labels.Length * _pixels} pixel bytes, not {images.Length}.", nameof(images));
        }

        _images = images;
        _labels = labels;
        Sample = sample;
    }

    /// <summary>Shape of an image.</summary>
    public SampleShape Sample { get; }

    /// <summary>Number of samples.</summary>
    public int Count => _labels.Length;

    /// <summary>All pixels in bytes, image after image.</summary>
    public ReadOnlySpan<byte> Images => _images.Span;

    /// <summary>All labels: the 0-based class of each image.</summary>
    public ReadOnlySpan<ushort> Labels => _labels.Span;

    /// <summary>The pixels of one image in bytes: plane after plane, each row by row.</summary>
    public ReadOnlySpan<byte> Image(int index) => _images.Span.Slice(index * _pixels, _pixels);

    /// <summary>
    /// The first <paramref name="count"/> samples, or all if there are fewer. They share the
    /// memory.
    /// </summary>
    public ImageSet First(int count) => count >= Count ? this : new ImageSet(_images[..(count * _pixels)], _labels[..count], Sample);
}
