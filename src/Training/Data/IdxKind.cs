namespace Mnist.Distributed.Training.Data;

/// <summary>A kind of IDX file: images or labels.</summary>
/// <param name="Types">Types that an element may have, the usual one first.</param>
/// <param name="Dimensions">Numbers of dimensions that a file may have, the usual one
/// first.</param>
/// <param name="Items">The word for the items in messages.</param>
internal sealed record IdxKind(byte[] Types, int[] Dimensions, string Items)
{
    /// <summary>
    /// Images: count x rows x columns bytes, or count x channels x rows x columns bytes.
    /// </summary>
    public static readonly IdxKind Images = new([IdxHeader.UnsignedByte], [3, 4], "images");

    /// <summary>Labels: count numbers of 8, 16 or 32 bits.</summary>
    public static readonly IdxKind Labels = new([IdxHeader.UnsignedByte, IdxHeader.Int16, IdxHeader.Int32], [1], "labels");

    /// <summary>
    /// Labels as QMNIST has them: count rows of 32-bit numbers, of which the first is the class.
    /// </summary>
    public static readonly IdxKind LabelRows = new([IdxHeader.Int32], [2], "rows of labels");

    /// <summary>The kind of a file of labels, by its name.</summary>
    public static IdxKind OfLabels(string name) => name.Contains("idx2", StringComparison.Ordinal) ? LabelRows : Labels;

    /// <summary>The first four bytes, as a number, of a usual file of this kind.</summary>
    public uint Magic => ((uint)Types[0] << 8) | (uint)Dimensions[0];

    /// <summary>Whether a file whose first four bytes are this number is of this kind.</summary>
    public bool Takes(uint magic) =>
        magic >> 16 == 0 && Types.Contains((byte)(magic >> 8)) && Dimensions.Contains((int)(magic & 0xFF));
}
