using System.Numerics;
using System.Runtime.Intrinsics;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Models.Fast.Sparse;

/// <summary>
/// A batch as a sparse matrix. Most pixels of a drawing are background, but the input for
/// background need not be 0. So this class writes an input as background + ink, and keeps only the
/// ink that is not zero: by sample for the forward pass, and by pixel for the gradient of the
/// weights. Every batch uses the same memory.
/// </summary>
/// <param name="pixels">Number of pixels of an image.</param>
/// <param name="normalisation">Turns a pixel into an input.</param>
public sealed class InkBatch(int pixels, Normalisation normalisation)
{
    private readonly float[] _ink = [.. normalisation.Table().Select(input => input - normalisation.Background)];
    private readonly int[] _pixelEnds = new int[pixels];
    private int[] _sampleStarts = [0];
    private Term[] _bySample = [];
    private Term[] _byPixel = [];

    /// <summary>
    /// The ink of one sample, in the order of the pixels. The row of a term is a pixel.
    /// </summary>
    public ReadOnlySpan<Term> OfSample(int sample) => _bySample.AsSpan(_sampleStarts[sample].._sampleStarts[sample + 1]);

    /// <summary>
    /// The ink of one pixel, in the order of the samples. The row of a term is a sample.
    /// </summary>
    public ReadOnlySpan<Term> OfPixel(int pixel) => _byPixel.AsSpan((pixel == 0 ? 0 : _pixelEnds[pixel - 1]).._pixelEnds[pixel]);

    /// <summary>Replaces the content by the ink of a batch.</summary>
    public void Fill(Batch batch)
    {
        Reserve(batch.Count);
        var counts = _pixelEnds.AsSpan();
        counts.Clear();
        var end = 0;
        for (var sample = 0; sample < batch.Count; sample++)
        {
            end = AddSample(batch.Image(sample), counts, end);
            _sampleStarts[sample + 1] = end;
        }

        SortByPixel(batch.Count);
    }

    private void Reserve(int samples)
    {
        if (_sampleStarts.Length <= samples)
        {
            _sampleStarts = new int[samples + 1];
        }
    }

    private int AddSample(ReadOnlySpan<byte> image, Span<int> counts, int end)
    {
        if (_bySample.Length < end + pixels)
        {
            Array.Resize(ref _bySample, Math.Max(end + pixels, 2 * _bySample.Length));
            Array.Resize(ref _byPixel, _bySample.Length);
        }

        var terms = _bySample.AsSpan(end);
        var ink = _ink;
        var count = 0;
        var first = 0;
        for (; first <= image.Length - Vector128<byte>.Count; first += Vector128<byte>.Count)
        {
            var inked = ~Vector128.Equals(Vector128.Create(image.Slice(first, Vector128<byte>.Count)), Vector128<byte>.Zero).ExtractMostSignificantBits() & 0xFFFF;
            for (; inked != 0; inked &= inked - 1)
            {
                var pixel = first + BitOperations.TrailingZeroCount(inked);
                terms[count++] = new Term(pixel, ink[image[pixel]]);
                counts[pixel]++;
            }
        }

        for (; first < image.Length; first++)
        {
            if (image[first] != 0)
            {
                terms[count++] = new Term(first, ink[image[first]]);
                counts[first]++;
            }
        }

        return end + count;
    }

    /// <summary>
    /// Sorts by pixel with a counting sort, which keeps the samples of a pixel in order.
    /// </summary>
    private void SortByPixel(int samples)
    {
        var next = _pixelEnds.AsSpan();
        var start = 0;
        foreach (ref var count in next)
        {
            (start, count) = (start + count, start);
        }

        var terms = _byPixel.AsSpan();
        for (var sample = 0; sample < samples; sample++)
        {
            foreach (var term in OfSample(sample))
            {
                terms[next[term.Row]++] = new Term(sample, term.Weight);
            }
        }
    }
}
