using System.Security.Cryptography;

namespace Mnist.Distributed.Training.Data;

/// <summary>The uncompressed content of one IDX file.</summary>
public sealed class IdxContent
{
    private readonly byte[] _bytes;
    private readonly int _headerLength;

    internal IdxContent(byte[] bytes, int headerLength, int count)
    {
        _bytes = bytes;
        _headerLength = headerLength;
        Count = count;
    }

    /// <summary>Number of images or labels.</summary>
    public int Count { get; }

    /// <summary>The bytes after the header: count x 784 pixels, or count labels.</summary>
    public ReadOnlyMemory<byte> Items => _bytes.AsMemory(_headerLength);

    /// <summary>SHA-256 of header and items in lower-case hex: of the file, had it never been compressed.</summary>
    public string ComputeSha256() => Convert.ToHexStringLower(SHA256.HashData(_bytes));
}
