using System.Buffers.Binary;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// What can be told about a gzip file without decompressing it (RFC 1952).
/// <see cref="System.IO.Compression.GZipStream"/> checks the CRC of a stream whose trailer it reaches, but takes a
/// stream that is cut off, even within the trailer, for one that has ended; the length stored in the last four bytes
/// tells the two apart.
/// </summary>
internal static class GzipContainer
{
    private const int HeaderLength = 10;
    private const int TrailerLength = 8;

    /// <summary>Deflate makes at most 258 bytes from two bits.</summary>
    private const long MaximumRatio = 1032;

    /// <summary>Whether the stream starts with the gzip signature; leaves it at its beginning.</summary>
    public static bool IsGzip(Stream file)
    {
        file.Position = 0;
        bool signed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return signed;
    }

    /// <summary>
    /// The uncompressed length, modulo 2^32, that the trailer of a single gzip member stores; -1 when a file of this
    /// size cannot hold that much. Leaves the stream at its beginning.
    /// </summary>
    public static long StoredLength(Stream file)
    {
        if (file.Length < HeaderLength + TrailerLength)
        {
            return -1;
        }

        Span<byte> trailer = stackalloc byte[sizeof(uint)];
        file.Seek(-trailer.Length, SeekOrigin.End);
        file.ReadExactly(trailer);
        file.Position = 0;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        return length <= file.Length * MaximumRatio ? length : -1;
    }
}
