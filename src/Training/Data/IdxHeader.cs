using System.Buffers.Binary;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The header of an IDX file: two zero bytes, the type of an element, the number of dimensions, and
/// a big-endian length for each dimension. The first length is the number of items.
/// </summary>
/// <param name="Type">Type of an element: 0x08 unsigned byte, 0x0B 16 bits, 0x0C 32 bits.</param>
/// <param name="Count">Number of items.</param>
/// <param name="ItemShape">Dimensions of an item; empty for labels.</param>
internal sealed record IdxHeader(byte Type, int Count, int[] ItemShape)
{
    /// <summary>Type code of unsigned bytes.</summary>
    public const byte UnsignedByte = 0x08;

    /// <summary>Type code of signed 16-bit numbers.</summary>
    public const byte Int16 = 0x0B;

    /// <summary>Type code of signed 32-bit numbers.</summary>
    public const byte Int32 = 0x0C;

    /// <summary>Numbers of a row of QMNIST's labels.</summary>
    private const int QmnistColumns = 8;

    /// <summary>Length of the header in bytes.</summary>
    public int Length => sizeof(uint) * (2 + ItemShape.Length);

    /// <summary>Bytes per element.</summary>
    public int BytesPerElement => Type switch { Int16 => sizeof(short), Int32 => sizeof(int), _ => 1 };

    /// <summary>Bytes per item.</summary>
    public int BytesPerItem => ItemShape.Aggregate(BytesPerElement, (product, length) => product * length);

    /// <summary>Length in bytes of an uncompressed file with this header.</summary>
    public long FileLength => Length + (Count * ItemShape.Aggregate((long)BytesPerElement, (product, length) => product * length));

    /// <summary>Shape of an item that is an image.</summary>
    public SampleShape Sample => ItemShape switch
    {
        [var rows, var columns] => new(1, rows, columns),
        [var channels, var rows, var columns] => new(channels, rows, columns),
        _ => new(1, 1, 1),
    };

    /// <summary>
    /// The header of images of one shape. Grey images have no dimension for the channels.
    /// </summary>
    public static IdxHeader OfImages(int count, SampleShape sample) => new(
        UnsignedByte, count, sample.Channels == 1 ? [sample.Rows, sample.Columns] : [sample.Channels, sample.Rows, sample.Columns]);

    /// <summary>The header of labels, which take one byte each if all fit, else four.</summary>
    public static IdxHeader OfLabels(int count, bool fitByte) => new(fitByte ? UnsignedByte : Int32, count, []);

    /// <summary>The header of labels with the name of their file, which tells their kind.</summary>
    public static IdxHeader OfLabels(int count, string name) =>
        IdxKind.OfLabels(name) == IdxKind.LabelRows ? new(Int32, count, [QmnistColumns]) : OfLabels(count, fitByte: true);

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
