namespace Mnist.Distributed.Training.Data;

/// <summary>Facts about a gzip file (RFC 1952) that need no decompression.</summary>
internal static class GzipContainer
{
    public const byte FirstByte = 0x1f;
    public const byte SecondByte = 0x8b;

    /// <summary>
    /// The highest compression ratio of deflate: two bits give at most 258 bytes.
    /// </summary>
    private const long MaximumRatio = 1032;

    /// <summary>
    /// Whether a stream starts with the gzip signature. The stream is at its beginning afterwards.
    /// </summary>
    public static bool IsGzip(Stream file)
    {
        file.Position = 0;
        bool signed = file.ReadByte() == FirstByte && file.ReadByte() == SecondByte;
        file.Position = 0;
        return signed;
    }

    /// <summary>The largest number of bytes to which a file of this size can decompress.</summary>
    public static long MostContent(Stream file) => file.Length * MaximumRatio;
}
