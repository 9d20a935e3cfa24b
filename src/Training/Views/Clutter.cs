using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Randomness;

namespace Mnist.Distributed.Training.Views;

/// <summary>
/// What is in the way of a digit: pieces of other images at random places, as in the cluttered
/// MNIST of Mnih, Heess, Graves and Kavukcuoglu (2014), and noise. A pixel of several layers has
/// the largest of their values.
/// </summary>
internal static class Clutter
{
    /// <summary>Draws pieces of random images of a split at random places.</summary>
    /// <param name="random">Random numbers.</param>
    /// <param name="split">The images.</param>
    /// <param name="pieces">Number of pieces.</param>
    /// <param name="side">Side of a square piece in pixels; at most that of the images.</param>
    /// <param name="canvas">Receives the pieces.</param>
    /// <param name="shape">Shape of the canvas.</param>
    public static void Draw(ref KeyedRandom random, ImageSet split, int pieces, int side, Span<byte> canvas, SampleShape shape)
    {
        var (rows, columns) = (Math.Min(side, split.Sample.Rows), Math.Min(side, split.Sample.Columns));
        for (var piece = 0; piece < pieces; piece++)
        {
            var image = split.Image(random.NextInt32(split.Count));
            var from = (Row: random.NextInt32(split.Sample.Rows - rows + 1), Column: random.NextInt32(split.Sample.Columns - columns + 1));
            var to = (Row: random.NextInt32(shape.Rows - rows + 1), Column: random.NextInt32(shape.Columns - columns + 1));
            Paste(image, split.Sample, from, (rows, columns), canvas, shape, to);
        }
    }

    /// <summary>
    /// Adds noise: to every pixel a random number, evenly spread from -amplitude to amplitude.
    /// </summary>
    /// <param name="random">Random numbers.</param>
    /// <param name="amplitude">The largest change of a pixel, below 128.</param>
    /// <param name="canvas">The pixels.</param>
    public static void AddNoise(ref KeyedRandom random, int amplitude, Span<byte> canvas)
    {
        // One draw of 64 bits serves eight pixels.
        for (var first = 0; first < canvas.Length; first += 8)
        {
            var bits = random.NextBits();
            var end = Math.Min(first + 8, canvas.Length);
            for (var at = first; at < end; at++, bits >>= 8)
            {
                var noise = (((int)(bits & 0xFF) * ((2 * amplitude) + 1)) >> 8) - amplitude;
                canvas[at] = (byte)Math.Clamp(canvas[at] + noise, 0, 255);
            }
        }
    }

    /// <summary>Draws a rectangle of an image on a canvas with equally many channels.</summary>
    /// <param name="image">The image.</param>
    /// <param name="sample">Shape of the image.</param>
    /// <param name="from">First row and column of the rectangle.</param>
    /// <param name="size">Rows and columns of the rectangle.</param>
    /// <param name="canvas">Receives the rectangle.</param>
    /// <param name="shape">Shape of the canvas.</param>
    /// <param name="to">The place on the canvas.</param>
    public static void Paste(
        ReadOnlySpan<byte> image, SampleShape sample, (int Row, int Column) from, (int Rows, int Columns) size, Span<byte> canvas, SampleShape shape, (int Row, int Column) to)
    {
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            for (var row = 0; row < size.Rows; row++)
            {
                var source = image.Slice((((channel * sample.Rows) + from.Row + row) * sample.Columns) + from.Column, size.Columns);
                var target = canvas.Slice((((channel * shape.Rows) + to.Row + row) * shape.Columns) + to.Column, size.Columns);
                for (var column = 0; column < source.Length; column++)
                {
                    target[column] = Math.Max(source[column], target[column]);
                }
            }
        }
    }
}
