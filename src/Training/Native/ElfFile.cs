using System.Buffers.Binary;

namespace Mnist.Distributed.Training.Native;

/// <summary>
/// Tells whether a library file is complete. The end of a file is cut off or empty after, for
/// example, a copy onto a full disk. The loader would map the length that the header claims, and
/// the process would die when it reads the missing part. The check reads only the two ends of the
/// file, because libtorch has half a gigabyte.
/// </summary>
internal static class ElfFile
{
    private const int HeaderBytes = 64;
    private const uint StringTable = 3;

    /// <summary>
    /// Whether a file begins with a 64-bit little-endian ELF header and ends with the sections that
    /// the header announces; false if the file cannot be read.
    /// </summary>
    public static bool IsWhole(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return IsWhole(RandomAccess.GetLength(file), (bytes, offset) => RandomAccess.Read(file, bytes, offset));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether an image begins with a 64-bit little-endian ELF header and ends with the sections
    /// that the header announces.
    /// </summary>
    public static bool IsWhole(byte[] image) => IsWhole(image.Length, (bytes, offset) =>
    {
        image.AsSpan((int)offset, bytes.Length).CopyTo(bytes);
        return bytes.Length;
    });

    private static bool IsWhole(long length, Reader read)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (length < HeaderBytes || read(header, 0) < HeaderBytes || !header[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            return false;
        }

        var sections = BinaryPrimitives.ReadUInt64LittleEndian(header[0x28..]);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(header[0x3a..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header[0x3c..]);
        var names = BinaryPrimitives.ReadUInt16LittleEndian(header[0x3e..]);
        if (size != HeaderBytes || names >= count || sections > (ulong)length || (ulong)length - sections < (ulong)size * count)
        {
            return false;
        }

        // The table of the sections' names is the last content before the section headers.
        Span<byte> section = stackalloc byte[HeaderBytes];
        if (read(section, (long)sections + (names * size)) < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) != StringTable)
        {
            return false;
        }

        var start = BinaryPrimitives.ReadUInt64LittleEndian(section[0x18..]);
        return start <= (ulong)length && BinaryPrimitives.ReadUInt64LittleEndian(section[0x20..]) <= (ulong)length - start;
    }

    private delegate int Reader(Span<byte> bytes, long offset);
}
