namespace Mnist.Distributed.Training.Data;

/// <summary>What can be told about a gzip file (RFC 1952) without decompressing it.</summary>
internal static class GzipContainer
{
    public const byte FirstByte = 0x1f;
    public const byte SecondByte = 0x8b;

    /// <summary>Deflate makes at most 258 bytes from two bits.</summary>
    private const long MaximumRatio = 1032;

    /// <summary>Whether the stream starts with the gzip signature; leaves it at its beginning.</summary>
    public static bool IsGzip(Stream file)
    {
        file.Position = 0;
        bool signed = file.ReadByte() == FirstByte && file.ReadByte() == SecondByte;
        file.Position = 0;
        return signed;
    }

    /// <summary>The most bytes that a file of this size can decompress to.</summary>
    public static long MostContent(Stream file) => file.Length * MaximumRatio;
}
