using System.Buffers.Binary;
using System.IO.Compression;

using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>Makes small IDX files, independently of the code under test.</summary>
internal static class Idx
{
    public static byte[] Images(int count, int seed = 1) => [.. Header(0x803, count, 28, 28), .. Pixels(count, seed)];

    public static byte[] Labels(int count, int seed = 1) => [.. Header(0x801, count), .. LabelBytes(count, seed)];

    public static byte[] Images(ImageSet set) => [.. Header(0x803, set.Count, 28, 28), .. set.Images];

    public static byte[] Labels(ImageSet set) => [.. Header(0x801, set.Count), .. set.Labels];

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
}
