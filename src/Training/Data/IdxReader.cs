using System.Buffers.Binary;
using System.Globalization;

using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Reads and validates one IDX file. Memory for the items is taken only when the size the file really has agrees with
/// the size its header announces, and no more is decompressed than that, so neither a lying header nor a gzip bomb
/// costs more than an honest file of the same size could.
/// </summary>
internal static class IdxReader
{
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
    /// <param name="isPlausible">Whether the file, by its size, can hold a content of that length.</param>
    /// <param name="name">What messages call the file.</param>
    /// <param name="kind">The kind of file.</param>
    private static IdxContent Read(Stream content, Func<long, bool> isPlausible, string name, IdxKind kind)
    {
        Span<byte> header = stackalloc byte[kind.HeaderLength];
        int count = ReadHeader(content, header, name, kind);
        long announced = kind.FileLength(count);
        if (!isPlausible(announced))
        {
            throw WrongLength(header.Length + Measure(content, announced - header.Length), announced, name, kind, count);
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)announced);
        header.CopyTo(bytes);
        int read = content.ReadAtLeast(bytes.AsSpan(header.Length), bytes.Length - header.Length, throwOnEndOfStream: false);

        // Looking for one byte more also makes the gzip decoder go on to the end of the file and check what is there.
        int trailing = content.ReadByte();
        long actual = header.Length + read + (trailing < 0 ? 0 : 1);
        return actual == announced ? new IdxContent(bytes, header.Length, count) : throw WrongLength(actual, announced, name, kind, count);
    }

    private static int ReadHeader(Stream content, Span<byte> header, string name, IdxKind kind)
    {
        int read = content.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read >= sizeof(uint) && NumberAt(header, 0) is uint magic && magic != kind.Magic)
        {
            throw new InvalidInputException(
                $"{name} is not an IDX file of {kind.Items}, it starts with 0x{magic:x8} instead of 0x{kind.Magic:x8}: "
                    + "check that the file has the right name.");
        }

        if (read < header.Length)
        {
            throw new InvalidInputException($"{name} is truncated, its header needs {header.Length} bytes and it has {read}: "
                + "fetch the file again.");
        }

        for (int i = 0; i < kind.ItemShape.Length; i++)
        {
            if (NumberAt(header, 2 + i) != kind.ItemShape[i])
            {
                throw new InvalidInputException(
                    $"{name} holds images of {NumberAt(header, 2)} x {NumberAt(header, 3)} pixels: "
                        + $"scale them to {ImageSet.Rows} x {ImageSet.Columns}.");
            }
        }

        uint count = NumberAt(header, 1);
        return count is > 0 and <= IdxFile.MaximumCount
            ? (int)count
            : throw new InvalidInputException($"{name} announces {Number(count)} {kind.Items}: "
                + $"give a file with 1 to {Number(IdxFile.MaximumCount)}.");
    }

    /// <summary>Counts the bytes that are left, but no further than one beyond <paramref name="limit"/>.</summary>
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

    private static InvalidInputException WrongLength(long actual, long announced, string name, IdxKind kind, int count)
    {
        string expectation = $"its header announces {Number(count)} {kind.Items} in {Number(announced)} bytes";
        return new InvalidInputException(actual < announced
            ? $"{name} is truncated, {expectation} but only {Number(actual)} are there: fetch the file again."
            : $"{name} has trailing bytes, {expectation} but more follow: fetch the file again.");
    }

    private static uint NumberAt(ReadOnlySpan<byte> header, int index) =>
        BinaryPrimitives.ReadUInt32BigEndian(header[(index * sizeof(uint))..]);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
