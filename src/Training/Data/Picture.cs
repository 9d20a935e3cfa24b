using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// One decoded picture, from a PNG or JPEG file. Transparent pixels are composed on black.
/// 16-bit samples lose their lower byte. An orientation in the file's metadata is ignored.
/// </summary>
/// <param name="Size">Rows and columns, after the resizing.</param>
/// <param name="Planes">
/// One plane if all pixels are grey, else three: red, green, blue. A plane has rows x columns
/// bytes.
/// </param>
internal sealed record Picture(ImageSize Size, byte[] Planes)
{
    /// <summary>The largest file in bytes.</summary>
    public const int MostBytes = 64 * 1024 * 1024;

    /// <summary>The largest announced number of pixels: 50 megapixels.</summary>
    public const long MostPixels = 50_000_000;

    private const int Bytes = 4;

    /// <summary>Number of planes.</summary>
    public int Channels => Planes.Length / Size.Pixels;

    /// <summary>Whether a file begins as a PNG or a JPEG file does.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public static bool IsIn(string path) => InputFile.Read(path, stream =>
    {
        Span<byte> start = stackalloc byte[8];
        var count = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return PngFile.Is(start[..count]) || JpegFile.Is(start[..count]);
    });

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="resized">The size of the result; null for the file's own.</param>
    /// <exception cref="InvalidInputException">
    /// The file is damaged, too large or of another format.
    /// </exception>
    public static Picture Read(string path, ImageSize? resized)
    {
        var name = Printable.Of(path);
        var file = InputFile.Read(path, stream =>
        {
            InvalidInputException.Require(stream.Length <= MostBytes, $"{name} has more than {MostBytes / 1024 / 1024} MB: give a smaller picture.");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        });
        return Decode(file, name, resized);
    }

    /// <summary>Decodes the content of a file.</summary>
    /// <param name="file">The content.</param>
    /// <param name="name">The name of the file in messages.</param>
    /// <param name="resized">The size of the result; null for the file's own.</param>
    /// <exception cref="InvalidInputException">
    /// The content is damaged, too large or of another format.
    /// </exception>
    public static Picture Decode(byte[] file, string name, ImageSize? resized)
    {
        try
        {
            var (size, pixels) = PngFile.Is(file) ? PngFile.Decode(file, Check)
                : JpegFile.Is(file) ? JpegFile.Decode(file, Check)
                : throw new InvalidDataException("is neither PNG nor JPEG");
            return Of(pixels, size, resized ?? size);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidInputException($"The picture {name} {e.Message}: replace or remove it.", e);
        }
        catch (OutOfMemoryException e)
        {
            throw new InvalidInputException($"There is not enough memory for the picture {name}: make it smaller, or give more memory.", e);
        }
        catch (Exception e) when (e is InvalidOperationException or IndexOutOfRangeException or ArgumentException or NullReferenceException or ArithmeticException or NotSupportedException)
        {
            // The decoders fail in these ways, too, when a file is damaged.
            throw new InvalidInputException($"The picture {name} is damaged and cannot be decoded: replace or remove it.", e);
        }

        void Check(ImageSize size) => CheckSize(size, name, resized);
    }

    private static void CheckSize(ImageSize size, string name, ImageSize? resized)
    {
        InvalidInputException.Require(
            size.Rows >= 1 && size.Columns >= 1 && (long)size.Rows * size.Columns <= MostPixels,
            $"The picture {name} announces {size.Rows} x {size.Columns} pixels: give pictures of 1 to {MostPixels / 1_000_000} million pixels.");
        InvalidInputException.Require(
            resized is not null || size.IsValid,
            $"The picture {name} has {size.Rows} x {size.Columns} pixels: give pictures of at most {ImageSize.Most} x {ImageSize.Most}, or resize all of them with ImageSize.",
            "ImageSize");
    }

    private static Picture Of(byte[] pixels, ImageSize size, ImageSize result)
    {
        var channels = IsGrey(pixels) ? 1 : 3;
        var resizer = size == result ? null : new ImageResizer(size, result);
        var bytes = new byte[channels * result.Pixels];
        var plane = new byte[size.Pixels];
        for (var channel = 0; channel < channels; channel++)
        {
            for (var pixel = 0; pixel < plane.Length; pixel++)
            {
                plane[pixel] = OnBlack(pixels[(pixel * Bytes) + channel], pixels[(pixel * Bytes) + 3]);
            }

            var target = bytes.AsSpan(channel * result.Pixels, result.Pixels);
            if (resizer is null)
            {
                plane.CopyTo(target);
            }
            else
            {
                resizer.Resize(plane, target);
            }
        }

        return new Picture(result, bytes);
    }

    private static bool IsGrey(byte[] pixels)
    {
        for (var at = 0; at < pixels.Length; at += Bytes)
        {
            if (pixels[at] != pixels[at + 1] || pixels[at] != pixels[at + 2])
            {
                return false;
            }
        }

        return true;
    }

    private static byte OnBlack(byte colour, byte alpha) => (byte)(((colour * alpha) + 127) / 255);
}
