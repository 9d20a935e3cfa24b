using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>Makes small IDX files, independently of the code under test.</summary>
internal static class Idx
{
    public static byte[] Images(int count, int seed = 1) => [.. Header(0x803, count, 28, 28), .. Pixels(count, seed)];

    public static byte[] Labels(int count, int seed = 1) => [.. Header(0x801, count), .. LabelBytes(count, seed)];

    public static byte[] Images(ImageSet set) => [.. Header(0x803, set.Count, 28, 28), .. set.Images];

    public static byte[] Labels(ImageSet set) => [.. Header(0x801, set.Count), .. set.Labels.ToArray().Select(label => (byte)label)];

    public static ImageSet Split(int count, int seed = 1) =>
        new(Pixels(count, seed), Array.ConvertAll(LabelBytes(count, seed), label => (ushort)label), Recipe.Sample);

    public static byte[] Pixels(int count, int seed = 1)
    {
        byte[] pixels = new byte[count * 784];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }

    public static byte[] LabelBytes(int count, int seed = 1) => [.. Enumerable.Range(0, count).Select(i => (byte)((i + seed) % 10))];

    public static byte[] Header(params int[] numbers)
    {
        byte[] header = new byte[numbers.Length * 4];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(i * 4), numbers[i]);
        }

        return header;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return compressed.ToArray();
    }

    /// <summary>
    /// One gzip member whose header has the fields that the flags of RFC 1952 name: checksum 2,
    /// extra 4, name 8, comment 16.
    /// </summary>
    public static byte[] GzipWithHeader(byte[] content, byte flags)
    {
        const int plainHeader = 10;
        List<byte> header = [0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 255];
        header.AddRange((flags & 4) == 0 ? [] : [6, 0, (byte)'B', (byte)'C', 2, 0, 7, 7]);
        header.AddRange((flags & 8) == 0 ? [] : "name\0"u8);
        header.AddRange((flags & 16) == 0 ? [] : "a comment\0"u8);
        header.AddRange((flags & 2) == 0 ? [] : Crc32.Hash(header.ToArray())[..2]);

        return [.. header, .. Gzip(content)[plainHeader..]];
    }
}
