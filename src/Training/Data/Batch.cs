using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Mnist.Distributed.Training.Data;

/// <summary>Some samples of a split, in a given order. Nothing is copied.</summary>
/// <param name="samples">The split.</param>
/// <param name="indexes">Positions in the split.</param>
public readonly ref struct Batch(ImageSet samples, ReadOnlySpan<int> indexes)
{
    private readonly ReadOnlySpan<int> _indexes = indexes;

    /// <summary>Number of samples.</summary>
    public int Count => _indexes.Length;

    /// <summary>The pixels of a sample, plane after plane, row by row.</summary>
    public ReadOnlySpan<byte> Image(int sample) => samples.Image(_indexes[sample]);

    /// <summary>The class of a sample.</summary>
    public int Label(int sample) => samples.Labels[_indexes[sample]];

    /// <summary>
    /// Has the processor fetch the images into its cache. MNIST's are strewn over 47 MB, and waiting for
    /// the memory at each of them took a third of a step of the MLP.
    /// </summary>
    public unsafe void Prefetch()
    {
        const int line = 64;
        if (!Sse.IsSupported)
        {
            return;
        }

        var pixels = samples.Sample.Pixels;
        foreach (var index in _indexes)
        {
            // A hint only: what lies there is not touched, so memory that moves meanwhile does no harm.
            var image = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(samples.Image(index)));
            for (var at = 0; at < pixels; at += line)
            {
                Sse.Prefetch1(image + at);
            }
        }
    }
}
