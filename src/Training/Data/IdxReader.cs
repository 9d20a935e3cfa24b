using System.Buffers.Binary;
using System.Globalization;

using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Reads and validates one IDX file, which may be hostile. It allocates memory for the items only
/// if the actual size of the file agrees with the size that its header announces, and it
/// decompresses no more than that. So neither a false header nor a gzip bomb costs more than an
/// honest file of the same size.
/// </summary>
internal static class IdxReader
{
    /// <summary>Reads and validates a file, plain or compressed with gzip.</summary>
    /// <param name="file">The whole file, from its beginning; seekable.</param>
    /// <param name="name">The name of the file in messages.</param>
    /// <param name="kind">The kind of file.</param>
    /// <exception cref="InvalidInputException">The file is damaged or of another kind.</exception>
    public static IdxContent Read(Stream file, string name, IdxKind kind)
    {
        bool compressed = GzipContainer.IsGzip(file);
        try
        {
            using GzipMembers? gzip = compressed ? new GzipMembers(file) : null;
            return compressed
                ? Read(gzip!, announced => announced <= GzipContainer.MostContent(file), name, kind)
                : Read(file, announced => announced == file.Length, name, kind);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidInputException($"{name} is damaged, {e.Message}: fetch the file again.", e);
        }
    }

    /// <param name="content">The uncompressed content.</param>
    /// <param name="isPlausible">Whether a file of this size can hold a content of the given
    /// length.</param>
    /// <param name="name">The name of the file in messages.</param>
    /// <param name="kind">The kind of file.</param>
    private static IdxContent Read(Stream content, Func<long, bool> isPlausible, string name, IdxKind kind)
    {
        IdxHeader header = ReadHeader(content, name, kind);
        long announced = header.FileLength;
        if (!isPlausible(announced))
        {
            throw WrongLength(header.Length + Measure(content, announced - header.Length), name, kind, header);
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)announced);
        header.ToBytes().CopyTo(bytes, 0);
        int read = content.ReadAtLeast(bytes.AsSpan(header.Length), bytes.Length - header.Length, throwOnEndOfStream: false);

        // The attempt to read one more byte makes the gzip decoder go on to the end of the file and
        // check it.
        int trailing = content.ReadByte();
        long actual = header.Length + read + (trailing < 0 ? 0 : 1);
        return actual == announced ? new IdxContent(bytes, header) : throw WrongLength(actual, name, kind, header);
    }

    private static IdxHeader ReadHeader(Stream content, string name, IdxKind kind)
    {
        Span<byte> start = stackalloc byte[sizeof(uint)];
        int read = content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        uint magic = read == start.Length ? NumberAt(start, 0) : 0;
        if (read == start.Length && !kind.Takes(magic))
        {
            throw new InvalidInputException(
                $"{name} is not an IDX file of {kind.Items}, it starts with 0x{magic:x8} instead of 0x{kind.Magic:x8}: "
                    + "check that the file has the right name.");
        }

        Span<byte> lengths = stackalloc byte[sizeof(uint) * (int)(read == start.Length ? magic & 0xFF : (uint)kind.Dimensions[0])];
        int rest = read == start.Length ? content.ReadAtLeast(lengths, lengths.Length, throwOnEndOfStream: false) : 0;
        if (rest < lengths.Length)
        {
            throw new InvalidInputException($"{name} is truncated, its header needs {start.Length + lengths.Length} bytes and it has {read + rest}: "
                + "fetch the file again.");
        }

        uint count = NumberAt(lengths, 0);
        if (count is 0 or > IdxFile.MaximumCount)
        {
            throw new InvalidInputException($"{name} announces {Number(count)} {kind.Items}: "
                + $"give a file with 1 to {Number(IdxFile.MaximumCount)}.");
        }

        int[] item = new int[(lengths.Length / sizeof(uint)) - 1];
        for (int i = 0; i < item.Length; i++)
        {
            uint length = NumberAt(lengths, i + 1);
            uint most = item.Length == 3 && i == 0 ? IdxFile.MaximumChannels : (uint)IdxFile.MaximumSide;
            item[i] = length >= 1 && length <= most ? (int)length
                : throw new InvalidInputException($"{name} holds images of {Shape(lengths)}: "
                    + $"scale them to at most {IdxFile.MaximumSide} x {IdxFile.MaximumSide} pixels in at most {IdxFile.MaximumChannels} channels.");
        }

        var header = new IdxHeader((byte)(magic >> 8), (int)count, item);
        return header.FileLength <= Array.MaxLength
            ? header
            : throw new InvalidInputException($"{name} announces {Number(header.FileLength)} bytes, more than the {Number(Array.MaxLength)} supported: "
                + "give fewer or smaller images.");
    }

    /// <summary>Formats the dimensions of an item for a message.</summary>
    private static string Shape(ReadOnlySpan<byte> lengths)
    {
        List<string> numbers = [];
        for (int i = 1; i < lengths.Length / sizeof(uint); i++)
        {
            numbers.Add(Number(NumberAt(lengths, i)));
        }

        return string.Join(" x ", numbers);
    }

    /// <summary>
    /// Counts the bytes that are left, but stops at one more than <paramref name="limit"/>.
    /// </summary>
    private static long Measure(Stream content, long limit)
    {
        Span<byte> scratch = stackalloc byte[4096];
        long total = 0;
        while (total <= limit)
        {
            int read = content.Read(scratch[..(int)Math.Min(scratch.Length, limit + 1 - total)]);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    private static InvalidInputException WrongLength(long actual, string name, IdxKind kind, IdxHeader header)
    {
        string expectation = $"its header announces {Number(header.Count)} {kind.Items} in {Number(header.FileLength)} bytes";
        return new InvalidInputException(actual < header.FileLength
            ? $"{name} is truncated, {expectation} but only {Number(actual)} are there: fetch the file again."
            : $"{name} has trailing bytes, {expectation} but more follow: fetch the file again.");
    }

    private static uint NumberAt(ReadOnlySpan<byte> header, int index) =>
        BinaryPrimitives.ReadUInt32BigEndian(header[(index * sizeof(uint))..]);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
