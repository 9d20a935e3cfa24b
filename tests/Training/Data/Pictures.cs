using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>Writes PNG files, independently of the code under test.</summary>
internal static class Pictures
{
    /// <summary>A PNG file of 8-bit samples without filters.</summary>
    /// <param name="columns">Columns.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.</param>
    /// <param name="pixels">Pixel after pixel, each with its channels.</param>
    public static byte[] Png(int columns, int rows, int channels, byte[] pixels)
    {
        using var raw = new MemoryStream();
        using (var zlib = new ZLibStream(raw, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var row = 0; row < rows; row++)
            {
                zlib.WriteByte(0);
                zlib.Write(pixels, row * columns * channels, columns * channels);
            }
        }

        return Png(columns, rows, channels, 8, raw.ToArray());
    }

    /// <summary>A PNG file with a header and compressed bytes that need not fit.</summary>
    public static byte[] Png(int columns, int rows, int channels, byte bits, byte[] compressed)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, columns);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), rows);
        header[8] = bits;
        header[9] = channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 };
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, compressed), .. Chunk("IEND"u8, [])];
    }

    /// <summary>Makes a folder of classes of the images in IDX files that tests also write.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="enlarged">How often each pixel is repeated in both directions.</param>
    public static void WriteOwnImages(string folder, int enlarged = 1)
    {
        foreach (var (split, count) in ((string, int)[])[("train", OwnImages.TrainCount), ("test", OwnImages.TestCount)])
        {
            var content = OwnImages.Images(count)[20..];
            const int plane = OwnImages.Rows * OwnImages.Columns;
            for (var image = 0; image < count; image++)
            {
                var (rows, columns) = (OwnImages.Rows * enlarged, OwnImages.Columns * enlarged);
                var pixels = new byte[rows * columns * 3];
                for (var i = 0; i < pixels.Length; i++)
                {
                    var (row, column, channel) = (i / 3 / columns / enlarged, i / 3 % columns / enlarged, i % 3);
                    pixels[i] = content[(((image * 3) + channel) * plane) + (row * OwnImages.Columns) + column];
                }

                var place = Path.Combine(folder, split, OwnImages.Classes[OwnImages.LabelOf(image)]);
                Directory.CreateDirectory(place);
                File.WriteAllBytes(Path.Combine(place, $"{image:D4}.png"), Png(columns, rows, 3, pixels));
            }
        }
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] content)
    {
        byte[] named = [.. name, .. content];
        var (length, checksum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(named));
        return [.. length, .. named, .. checksum];
    }
}
