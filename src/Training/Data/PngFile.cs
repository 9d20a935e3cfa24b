using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using Mnist.Distributed.Contracts.Data;
using StbImageSharp;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Decodes PNG files. It checks what the decoder does not: the checksum of each chunk, the end of
/// the file, and that the compressed pixels are no more than the header announces. Source: W3C,
/// "Portable Network Graphics (PNG) Specification".
/// </summary>
internal static class PngFile
{
    private const int HeaderLength = 13;
    private const int Frame = 12;
    private const int Name = 4;

    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Whether a file begins like a PNG file.</summary>
    public static bool Is(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>Decodes a whole file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="check">Receives the announced size before memory is taken for pixels.</param>
    /// <returns>The size; rows x columns pixels of red, green, blue and alpha.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is damaged or cut off. The message is a part of a sentence.
    /// </exception>
    public static (ImageSize Size, byte[] Pixels) Decode(byte[] file, Action<ImageSize> check)
    {
        ImageSize size = ReadSize(file.AsSpan(Signature.Length));
        check(size);
        Check(file, size);
        ImageResult image = ImageResult.FromMemory(file, ColorComponents.RedGreenBlueAlpha);
        return image.Width == size.Columns && image.Height == size.Rows ? (size, image.Data) : throw new InvalidDataException("has two sizes");
    }

    /// <summary>Reads the size from the first chunk, IHDR.</summary>
    private static ImageSize ReadSize(ReadOnlySpan<byte> chunks)
    {
        if (chunks.Length < Frame + HeaderLength)
        {
            throw new InvalidDataException("is cut off");
        }

        uint columns = BinaryPrimitives.ReadUInt32BigEndian(chunks[8..]);
        uint rows = BinaryPrimitives.ReadUInt32BigEndian(chunks[12..]);
        return BinaryPrimitives.ReadUInt32BigEndian(chunks) == HeaderLength && chunks[Name..].StartsWith("IHDR"u8) && columns <= int.MaxValue && rows <= int.MaxValue
            ? new ImageSize((int)rows, (int)columns)
            : throw new InvalidDataException("has no PNG header");
    }

    /// <summary>Checks a whole file of a size that the caller has found reasonable.</summary>
    private static void Check(ReadOnlySpan<byte> file, ImageSize size)
    {
        using var pixels = new MemoryStream();
        ReadOnlySpan<byte> header = file[(Signature.Length + 8)..];
        for (ReadOnlySpan<byte> rest = file[Signature.Length..]; ;)
        {
            uint length = rest.Length < Frame ? uint.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - Frame)
            {
                throw new InvalidDataException("is cut off");
            }

            ReadOnlySpan<byte> named = rest.Slice(4, Name + (int)length);
            if (BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]) != Crc32.HashToUInt32(named))
            {
                throw new InvalidDataException("has a wrong checksum");
            }

            if (named.StartsWith("IEND"u8))
            {
                break;
            }

            if (named.StartsWith("IDAT"u8))
            {
                pixels.Write(named[Name..]);
            }

            rest = rest[(Frame + (int)length)..];
        }

        CheckLength(pixels, MostBytes(size, header[8], header[9]));
    }

    /// <summary>
    /// The pixels, with a byte for the filter of each row. Interlaced pictures have up to seven
    /// passes, which share the pixels, but each row of each pass has such a byte and padding.
    /// </summary>
    private static long MostBytes(ImageSize size, byte bits, byte colour)
    {
        int samples = colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        return ((((long)size.Columns * samples * bits) + 7) / 8 * size.Rows) + (7 * 2L * (size.Rows + 1));
    }

    private static void CheckLength(MemoryStream pixels, long most)
    {
        pixels.Position = 0;
        using var inflated = new ZLibStream(pixels, CompressionMode.Decompress);
        byte[] scratch = new byte[16 * 1024];
        long total = 0;
        for (int read = 1; read > 0; total += read)
        {
            read = inflated.Read(scratch);
            if (total + read > most)
            {
                throw new InvalidDataException("has more pixels than its header announces");
            }
        }
    }
}
