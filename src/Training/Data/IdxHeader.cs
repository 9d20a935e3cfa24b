using System.Buffers.Binary;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The header of an IDX file: two zero bytes, the type of an element, the number of dimensions, and a
/// big-endian length for each dimension, of which the first counts the items.
/// </summary>
/// <param name="Type">Type of an element: 0x08 unsigned byte, 0x0B 16 bits, 0x0C 32 bits.</param>
/// <param name="Count">Number of items.</param>
/// <param name="ItemShape">Lengths of the dimensions of an item.</param>
internal sealed record IdxHeader(byte Type, int Count, int[] ItemShape)
{
    /// <summary>Unsigned bytes.</summary>
    public const byte UnsignedByte = 0x08;

    /// <summary>Signed numbers of 16 bits.</summary>
    public const byte Int16 = 0x0B;

    /// <summary>Signed numbers of 32 bits.</summary>
    public const byte Int32 = 0x0C;

    /// <summary>Bytes of the header.</summary>
    public int Length => sizeof(uint) * (2 + ItemShape.Length);

    /// <summary>Bytes of an element.</summary>
    public int BytesPerElement => Type switch { Int16 => sizeof(short), Int32 => sizeof(int), _ => 1 };

    /// <summary>Bytes of an uncompressed file with this header.</summary>
    public long FileLength => Length + (Count * ItemShape.Aggregate((long)BytesPerElement, (product, length) => product * length));

    /// <summary>The shape of an item that is an image.</summary>
    public SampleShape Sample => ItemShape switch
    {
        [var rows, var columns] => new(1, rows, columns),
        [var channels, var rows, var columns] => new(channels, rows, columns),
        _ => new(1, 1, 1),
    };

    /// <summary>The header of images of a shape: grey ones have no dimension for the channels.</summary>
    public static IdxHeader OfImages(int count, SampleShape sample) => new(
        UnsignedByte, count, sample.Channels == 1 ? [sample.Rows, sample.Columns] : [sample.Channels, sample.Rows, sample.Columns]);

    /// <summary>The header of labels that fit a byte, or of those that do not.</summary>
    public static IdxHeader OfLabels(int count, bool fitByte) => new(fitByte ? UnsignedByte : Int32, count, []);

    /// <summary>The bytes of the header.</summary>
    public byte[] ToBytes()
    {
        uint[] numbers = [((uint)Type << 8) | (uint)(1 + ItemShape.Length), (uint)Count, .. ItemShape.Select(length => (uint)length)];
        var header = new byte[Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(i * sizeof(uint)), numbers[i]);
        }

        return header;
    }
}
