using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Resizes images, without regard to their proportions. Each axis is resampled on its own
/// (<see cref="ResamplingAxis"/>) in whole numbers, and the result is rounded once, half up. So
/// every machine gets the same bytes.
/// </summary>
/// <param name="from">Old size; the sides may be longer than 512.</param>
/// <param name="to">New size.</param>
internal sealed class ImageResizer(ImageSize from, ImageSize to)
{
    private readonly ResamplingAxis _rows = new(from.Rows, to.Rows);
    private readonly ResamplingAxis _columns = new(from.Columns, to.Columns);
    private readonly long[] _line = new long[to.Columns];

    /// <summary>Resizes one plane of pixels.</summary>
    /// <param name="plane">Rows x columns bytes of the old size.</param>
    /// <param name="result">Rows x columns bytes of the new size.</param>
    public void Resize(ReadOnlySpan<byte> plane, Span<byte> result)
    {
        long total = _rows.Total * _columns.Total;
        for (int row = 0; row < to.Rows; row++)
        {
            Array.Clear(_line);
            (int first, int[] weights) = _rows[row];
            for (int i = 0; i < weights.Length; i++)
            {
                AddRow(plane.Slice((first + i) * from.Columns, from.Columns), weights[i]);
            }

            for (int column = 0; column < to.Columns; column++)
            {
                result[(row * to.Columns) + column] = (byte)((_line[column] + (total / 2)) / total);
            }
        }
    }

    /// <summary>Resizes all images of a split.</summary>
    public static ImageSet Resize(ImageSet split, ImageSize to)
    {
        SampleShape old = split.Sample;
        var size = new ImageSize(old.Rows, old.Columns);
        if (size == to)
        {
            return split;
        }

        var resizer = new ImageResizer(size, to);
        int planes = split.Count * old.Channels;
        byte[] pixels = new byte[checked(planes * to.Pixels)];
        for (int plane = 0; plane < planes; plane++)
        {
            resizer.Resize(split.Images.Slice(plane * size.Pixels, size.Pixels), pixels.AsSpan(plane * to.Pixels, to.Pixels));
        }

        return new ImageSet(pixels, split.Labels.ToArray(), old with { Rows = to.Rows, Columns = to.Columns });
    }

    private void AddRow(ReadOnlySpan<byte> old, long rowWeight)
    {
        for (int column = 0; column < _line.Length; column++)
        {
            (int first, int[] weights) = _columns[column];
            long sum = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                sum += (long)weights[i] * old[first + i];
            }

            _line[column] += rowWeight * sum;
        }
    }
}
