using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Some samples of a split, in a given order. It refers to the split and copies nothing.
/// </summary>
/// <param name="images">The split.</param>
/// <param name="indexes">0-based positions in the split.</param>
public readonly ref struct Batch(ImageSet images, ReadOnlySpan<int> indexes)
{
    private readonly ReadOnlySpan<int> _indexes = indexes;

    /// <summary>Number of images: the rows that a network computes.</summary>
    public int Count => _indexes.Length;

    /// <summary>
    /// Number of images of a sample, one after the other; 3 for triplets. Default: 1.
    /// </summary>
    public int ImagesPerSample { get; init; } = 1;

    /// <summary>Number of samples.</summary>
    public int Samples => Count / ImagesPerSample;

    /// <summary>
    /// Numbers that a task has drawn as the targets of the samples, equally many for each sample.
    /// Default: none, because the label is the target.
    /// </summary>
    public ReadOnlySpan<float> Targets { get; init; }

    /// <summary>
    /// The pixels of an image in bytes: plane after plane, each row by row.
    /// </summary>
    public ReadOnlySpan<byte> Image(int image) => images.Image(_indexes[image]);

    /// <summary>The 0-based class of an image.</summary>
    public int Label(int image) => images.Labels[_indexes[image]];

    /// <summary>The drawn target of a sample.</summary>
    public ReadOnlySpan<float> Target(int sample)
    {
        var length = Targets.Length / Samples;
        return Targets.Slice(sample * length, length);
    }

    /// <summary>Some consecutive samples of this batch.</summary>
    /// <param name="first">0-based position of the first sample.</param>
    /// <param name="count">Number of samples.</param>
    public Batch Slice(int first, int count)
    {
        var length = Targets.Length / Samples;
        return new(images, _indexes.Slice(first * ImagesPerSample, count * ImagesPerSample))
        {
            ImagesPerSample = ImagesPerSample,
            Targets = Targets.Slice(first * length, count * length),
        };
    }

    /// <summary>One image of this batch, without a drawn target.</summary>
    /// <param name="image">0-based position of the image.</param>
    public Batch Single(int image) => new(images, _indexes.Slice(image, 1));

    /// <summary>
    /// Asks the processor to fetch the images into its cache. The images of a batch are scattered
    /// over MNIST's 47 MB, and a step of the MLP spent a third of its time waiting for them.
    /// </summary>
    public unsafe void Prefetch()
    {
        const int line = 64;
        if (!Sse.IsSupported)
        {
            return;
        }

        var pixels = images.Sample.Pixels;
        foreach (var index in _indexes)
        {
            // A prefetch is a hint and does not access the memory, so memory that moves meanwhile
            // does no harm.
            var image = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(images.Image(index)));
            for (var at = 0; at < pixels; at += line)
            {
                Sse.Prefetch1(image + at);
            }
        }
    }
}
