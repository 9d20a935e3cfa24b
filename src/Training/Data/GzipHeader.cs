using System.Buffers.Binary;
using System.IO.Hashing;

namespace Mnist.Distributed.Training.Data;

/// <summary>The header of a gzip member, RFC 1952, section 2.3.</summary>
internal static class GzipHeader
{
    private const int FixedLength = 10;
    private const byte Deflate = 8;

    [Flags]
    private enum Flags : byte
    {
        HeaderChecksum = 2,
        Extra = 4,
        Name = 8,
        Comment = 16,
        Reserved = 0xe0,
    }

    /// <summary>
    /// Moves a stream from after the first byte of a member to its compressed data.
    /// </summary>
    /// <param name="file">The stream, after the first byte of the member.</param>
    /// <param name="first">The first byte of the member.</param>
    /// <exception cref="InvalidDataException">
    /// The bytes are no gzip header. The message is a part of a sentence.
    /// </exception>
    public static void Skip(Stream file, int first)
    {
        var crc = new Crc32();
        Span<byte> header = stackalloc byte[FixedLength];
        header[0] = (byte)first;
        if (first != GzipContainer.FirstByte || Take(file, header[1..2])[0] != GzipContainer.SecondByte)
        {
            throw new InvalidDataException("its gzip data are followed by other bytes");
        }

        Take(file, header[2..]);
        crc.Append(header);
        var flags = (Flags)header[3];
        if (header[2] != Deflate || (flags & Flags.Reserved) != 0)
        {
            throw new InvalidDataException("its gzip data are compressed in an unknown way");
        }

        SkipOptionalFields(file, flags, crc);
    }

    private static void SkipOptionalFields(Stream file, Flags flags, Crc32 crc)
    {
        Span<byte> number = stackalloc byte[sizeof(ushort)];
        if (flags.HasFlag(Flags.Extra))
        {
            crc.Append(Take(file, number));
            byte[] extra = new byte[BinaryPrimitives.ReadUInt16LittleEndian(number)];
            crc.Append(Take(file, extra));
        }

        foreach (Flags text in new[] { Flags.Name, Flags.Comment })
        {
            while (flags.HasFlag(text) && Take(file, number[..1]) is var letter)
            {
                crc.Append(letter);
                if (letter[0] == 0)
                {
                    break;
                }
            }
        }

        uint expected = crc.GetCurrentHashAsUInt32() & ushort.MaxValue;
        if (flags.HasFlag(Flags.HeaderChecksum) && BinaryPrimitives.ReadUInt16LittleEndian(Take(file, number)) != expected)
        {
            throw new InvalidDataException("the header of its gzip data has not the checksum it should have");
        }
    }

    private static Span<byte> Take(Stream file, Span<byte> bytes) =>
        file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length
            ? bytes
            : throw new InvalidDataException("its gzip data are cut off");
}
