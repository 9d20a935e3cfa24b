using Google.Protobuf;
using Tensorboard;

namespace Mnist.Distributed.Training.TensorBoard;

/// <summary>Makes the values of TensorBoard's summaries.</summary>
public static class SummaryValues
{
    private const int Buckets = 30;

    /// <summary>A number.</summary>
    /// <param name="tag">Name of the series, such as <c>loss/test</c>.</param>
    /// <param name="value">The value.</param>
    public static Summary.Types.Value Scalar(string tag, double value) => new() { Tag = tag, SimpleValue = (float)value };

    /// <summary>A picture.</summary>
    /// <param name="tag">Its name.</param>
    /// <param name="png">The content of a PNG file.</param>
    public static Summary.Types.Value Image(string tag, byte[] png) => new()
    {
        Tag = tag,
        Image = new Summary.Types.Image
        {
            // A PNG file begins with 8 bytes of signature, and with the length and the name of a
            // chunk whose first two numbers are width and height.
            Width = (int)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(16)),
            Height = (int)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(20)),
            Colorspace = 4,
            EncodedImageString = ByteString.CopyFrom(png),
        },
    };

    /// <summary>The distribution of numbers, in thirty buckets of equal width.</summary>
    /// <param name="tag">Name of the numbers.</param>
    /// <param name="values">The numbers; those that are not finite are left out.</param>
    public static Summary.Types.Value Histogram(string tag, ReadOnlySpan<float> values)
    {
        var counts = new double[Buckets];
        var (least, most, sum, squares, number) = (double.PositiveInfinity, double.NegativeInfinity, 0.0, 0.0, 0L);
        foreach (var value in values)
        {
            if (float.IsFinite(value))
            {
                (least, most, sum, squares, number) = (Math.Min(least, value), Math.Max(most, value), sum + value, squares + ((double)value * value), number + 1);
            }
        }

        if (number == 0)
        {
            (least, most) = (0, 0);
        }

        var width = most > least ? (most - least) / Buckets : 1;
        foreach (var value in values)
        {
            if (float.IsFinite(value))
            {
                counts[Math.Min(Buckets - 1, (int)((value - least) / width))]++;
            }
        }

        var histogram = new HistogramProto { Min = least, Max = most, Num = number, Sum = sum, SumSquares = squares };
        histogram.BucketLimit.AddRange(Enumerable.Range(1, Buckets).Select(bucket => least + (bucket * width)));
        histogram.Bucket.AddRange(counts);
        return new() { Tag = tag, Histo = histogram };
    }
}
