using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Training.Predictions;

/// <summary>A picture in grey, with light ink on a black ground.</summary>
/// <param name="Size">Rows and columns.</param>
/// <param name="Pixels">Rows x columns bytes.</param>
internal sealed record GreyPicture(ImageSize Size, byte[] Pixels)
{
    private const int Levels = 256;

    /// <summary>Makes the grey of a picture with one or three planes.</summary>
    public static GreyPicture Of(Picture picture)
    {
        var plane = picture.Size.Pixels;
        var pixels = new byte[plane];
        for (var at = 0; at < plane; at++)
        {
            // The luma of ITU-R BT.601, in thousandths.
            pixels[at] = picture.Channels == 1
                ? picture.Planes[at]
                : (byte)(((299 * picture.Planes[at]) + (587 * picture.Planes[at + plane]) + (114 * picture.Planes[at + (2 * plane)]) + 500) / 1000);
        }

        return new(picture.Size, pixels);
    }

    /// <summary>
    /// Whether the ground is light: the median of the border is above the middle.
    /// </summary>
    public bool HasLightGround
    {
        get
        {
            var border = Enumerable.Range(0, Size.Pixels)
                .Where(at => at / Size.Columns == 0 || at / Size.Columns == Size.Rows - 1 || at % Size.Columns == 0 || at % Size.Columns == Size.Columns - 1)
                .Select(at => Pixels[at])
                .Order()
                .ToArray();
            return border[border.Length / 2] >= Ink.Threshold;
        }
    }

    /// <summary>The picture with light and dark exchanged.</summary>
    public GreyPicture Inverted() => this with { Pixels = Array.ConvertAll(Pixels, pixel => (byte)(byte.MaxValue - pixel)) };

    /// <summary>
    /// Makes the ground black and the ink white. The threshold between both is Otsu's (1979): with
    /// it, the mean values of ground and ink differ most.
    /// </summary>
    public GreyPicture Stretched()
    {
        var counts = new int[Levels];
        foreach (var pixel in Pixels)
        {
            counts[pixel]++;
        }

        var (ground, ink) = Otsu(counts);
        var low = ground + ((ink - ground) / 4);
        return ink - low < 1 ? this : this with { Pixels = Array.ConvertAll(Pixels, pixel => (byte)Math.Clamp((pixel - low) * byte.MaxValue / (ink - low), 0, byte.MaxValue)) };
    }

    /// <summary>
    /// The smallest rectangle around the ink; the whole picture if there is none.
    /// </summary>
    public GreyPicture Cropped()
    {
        var (row, column, rows, columns) = Ink.Bounds(Pixels, new SampleShape(1, Size.Rows, Size.Columns));
        var pixels = new byte[rows * columns];
        for (var at = 0; at < rows; at++)
        {
            Pixels.AsSpan(((row + at) * Size.Columns) + column, columns).CopyTo(pixels.AsSpan(at * columns));
        }

        return new(new ImageSize(rows, columns), pixels);
    }

    /// <summary>
    /// Scales the picture, with its proportions, so that it just fits into a size.
    /// </summary>
    public GreyPicture Within(ImageSize most)
    {
        var scale = Math.Min((double)most.Rows / Size.Rows, (double)most.Columns / Size.Columns);
        var size = new ImageSize(Math.Clamp((int)Math.Round(Size.Rows * scale), 1, most.Rows), Math.Clamp((int)Math.Round(Size.Columns * scale), 1, most.Columns));
        if (size == Size)
        {
            return this;
        }

        var pixels = new byte[size.Pixels];
        new ImageResizer(Size, size).Resize(Pixels, pixels);
        return new(size, pixels);
    }

    /// <summary>Puts the picture on a black image.</summary>
    /// <param name="size">Size of the image.</param>
    /// <param name="byMass">
    /// Whether the centre of mass comes to the centre of the image, and not that of the rectangle.
    /// </param>
    public byte[] On(ImageSize size, bool byMass)
    {
        var (row, column) = ((Size.Rows - 1) / 2.0, (Size.Columns - 1) / 2.0);
        var mass = Pixels.Sum(pixel => (long)pixel);
        if (byMass && mass > 0)
        {
            row = Pixels.Index().Sum(pixel => (double)pixel.Item * (pixel.Index / Size.Columns)) / mass;
            column = Pixels.Index().Sum(pixel => (double)pixel.Item * (pixel.Index % Size.Columns)) / mass;
        }

        var image = new byte[size.Pixels];
        var (top, left) = ((int)Math.Round(((size.Rows - 1) / 2.0) - row), (int)Math.Round(((size.Columns - 1) / 2.0) - column));
        for (var at = 0; at < Pixels.Length; at++)
        {
            var (r, c) = (top + (at / Size.Columns), left + (at % Size.Columns));
            if (r >= 0 && r < size.Rows && c >= 0 && c < size.Columns)
            {
                image[(r * size.Columns) + c] = Pixels[at];
            }
        }

        return image;
    }

    /// <summary>The mean values of ground and ink.</summary>
    private static (double Ground, double Ink) Otsu(int[] counts)
    {
        var (total, sum) = ((double)counts.Sum(), counts.Index().Sum(level => (double)level.Index * level.Item));
        var (below, sumBelow, best) = (0.0, 0.0, -1.0);
        var means = (Ground: 0.0, Ink: 0.0);
        for (var level = 0; level < counts.Length; level++)
        {
            below += counts[level];
            sumBelow += (double)level * counts[level];
            if (below == 0 || below == total)
            {
                continue;
            }

            var (ground, ink) = (sumBelow / below, (sum - sumBelow) / (total - below));
            var between = below * (total - below) * (ink - ground) * (ink - ground);
            if (between > best)
            {
                (best, means) = (between, (ground, ink));
            }
        }

        return means;
    }
}
