using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Views;

/// <summary>The ink of an image: the pixels that are at least half as bright as can be.</summary>
internal static class Ink
{
    /// <summary>The smallest value of a pixel of ink.</summary>
    public const byte Threshold = 128;

    /// <summary>Whether a place has ink in any channel.</summary>
    /// <param name="image">Pixels, plane after plane.</param>
    /// <param name="plane">Number of pixels of a plane.</param>
    /// <param name="at">0-based place in a plane.</param>
    public static bool IsAt(ReadOnlySpan<byte> image, int plane, int at)
    {
        for (; at < image.Length; at += plane)
        {
            if (image[at] >= Threshold)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The smallest rectangle around the ink; the whole image if it has no ink.
    /// </summary>
    public static (int Row, int Column, int Rows, int Columns) Bounds(ReadOnlySpan<byte> image, SampleShape shape)
    {
        var (top, left, bottom, right) = (shape.Rows, shape.Columns, -1, -1);
        for (var row = 0; row < shape.Rows; row++)
        {
            for (var column = 0; column < shape.Columns; column++)
            {
                if (IsAt(image, shape.Rows * shape.Columns, (row * shape.Columns) + column))
                {
                    (top, left, bottom, right) = (Math.Min(top, row), Math.Min(left, column), row, Math.Max(right, column));
                }
            }
        }

        return bottom < 0 ? (0, 0, shape.Rows, shape.Columns) : (top, left, bottom - top + 1, right - left + 1);
    }
}
