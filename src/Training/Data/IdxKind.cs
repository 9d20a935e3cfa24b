using System.Buffers.Binary;

namespace Mnist.Distributed.Training.Data;

/// <summary>One of the two kinds of IDX file MNIST is made of.</summary>
/// <param name="Magic">The big-endian number a file starts with: type 08 (unsigned byte) and the number of dimensions.</param>
/// <param name="ItemShape">Lengths of the dimensions after the first, which counts the items.</param>
/// <param name="Items">What the items are called in messages.</param>
internal sealed record IdxKind(uint Magic, int[] ItemShape, string Items)
{
    /// <summary>Images: count x 28 x 28 pixels.</summary>
    public static readonly IdxKind Images = new(0x00000803, [ImageSet.Rows, ImageSet.Columns], "images");

    /// <summary>Labels: count x 1 class number.</summary>
    public static readonly IdxKind Labels = new(0x00000801, [], "labels");

    /// <summary>Bytes before the first item: the magic number and one 32-bit length for each dimension.</summary>
    public int HeaderLength => sizeof(uint) * (2 + ItemShape.Length);

    /// <summary>Bytes of one item.</summary>
    public int ItemLength => ItemShape.Aggregate(1, (product, length) => product * length);

    /// <summary>The header of a file with that many items.</summary>
    public byte[] Header(int count)
    {
        uint[] numbers = [Magic, (uint)count, .. ItemShape.Select(length => (uint)length)];
        byte[] header = new byte[HeaderLength];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(i * sizeof(uint)), numbers[i]);
        }

        return header;
    }

    /// <summary>Bytes of an uncompressed file with that many items.</summary>
    public long FileLength(int count) => HeaderLength + ((long)count * ItemLength);
}
