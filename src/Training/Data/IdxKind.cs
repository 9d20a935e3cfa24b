namespace Mnist.Distributed.Training.Data;

/// <summary>One of the two kinds of IDX file that a data set is made of.</summary>
/// <param name="Types">Types that an element may have.</param>
/// <param name="Dimensions">Numbers of dimensions that a file may have.</param>
/// <param name="Items">What the items are called in messages.</param>
internal sealed record IdxKind(byte[] Types, int[] Dimensions, string Items)
{
    /// <summary>Images: count x rows x columns, or count x channels x rows x columns, in bytes.</summary>
    public static readonly IdxKind Images = new([IdxHeader.UnsignedByte], [3, 4], "images");

    /// <summary>Labels: count class numbers of 8, 16 or 32 bits.</summary>
    public static readonly IdxKind Labels = new([IdxHeader.UnsignedByte, IdxHeader.Int16, IdxHeader.Int32], [1], "labels");

    /// <summary>The number that a usual file of this kind starts with.</summary>
    public uint Magic => ((uint)Types[0] << 8) | (uint)Dimensions[0];

    /// <summary>Whether a file that starts with this number is of this kind.</summary>
    public bool Takes(uint magic) =>
        magic >> 16 == 0 && Types.Contains((byte)(magic >> 8)) && Dimensions.Contains((int)(magic & 0xFF));
}
