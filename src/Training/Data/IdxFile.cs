using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Files in the IDX format of MNIST: big-endian header, then unsigned bytes. Files are read plain or compressed with
/// gzip, told apart by their first bytes, and written plain.
/// Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", section "File formats".
/// </summary>
public static class IdxFile
{
    /// <summary>The most items a header may announce; the largest set of this family, EMNIST, has 814,255.</summary>
    public const int MaximumCount = 1_000_000;

    /// <summary>Reads a file of 28 x 28 images.</summary>
    /// <exception cref="InvalidInputException">The file is missing, unreadable, damaged or something else.</exception>
    public static IdxContent ReadImages(string path) => InputFile.Read(path, file => ReadImages(file, Printable.Of(path)));

    /// <summary>Reads 28 x 28 images from a seekable stream.</summary>
    /// <param name="stream">The whole file, from its beginning.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidInputException">The content is damaged or something else.</exception>
    public static IdxContent ReadImages(Stream stream, string name) => IdxReader.Read(stream, name, IdxKind.Images);

    /// <summary>Reads a file of labels.</summary>
    /// <exception cref="InvalidInputException">The file is missing, unreadable, damaged, something else, or a label is above 9.</exception>
    public static IdxContent ReadLabels(string path) => InputFile.Read(path, file => ReadLabels(file, Printable.Of(path)));

    /// <summary>Reads labels from a seekable stream.</summary>
    /// <param name="stream">The whole file, from its beginning.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidInputException">The content is damaged or something else, or a label is above 9.</exception>
    public static IdxContent ReadLabels(Stream stream, string name)
    {
        IdxContent labels = IdxReader.Read(stream, name, IdxKind.Labels);
        int bad = labels.Items.Span.IndexOfAnyExceptInRange((byte)0, (byte)(ImageSet.Classes - 1));
        return bad < 0
            ? labels
            : throw new InvalidInputException(
                $"{name} has label {labels.Items.Span[bad]} at sample {bad} (counted from 0): "
                    + $"labels must be 0 to {ImageSet.Classes - 1}, so correct the file.");
    }

    /// <summary>Writes images: <paramref name="pixels"/> holds count x 784 bytes.</summary>
    public static void WriteImages(Stream stream, ReadOnlySpan<byte> pixels) => Write(stream, pixels, IdxKind.Images);

    /// <summary>Writes labels: one byte each.</summary>
    public static void WriteLabels(Stream stream, ReadOnlySpan<byte> labels) => Write(stream, labels, IdxKind.Labels);

    /// <summary>Reads a file of either kind.</summary>
    internal static IdxContent Read(string path, IdxKind kind) => kind == IdxKind.Labels ? ReadLabels(path) : ReadImages(path);

    /// <summary>Reads a stream of either kind.</summary>
    internal static IdxContent Read(Stream stream, string name, IdxKind kind) =>
        kind == IdxKind.Labels ? ReadLabels(stream, name) : ReadImages(stream, name);

    private static void Write(Stream stream, ReadOnlySpan<byte> items, IdxKind kind)
    {
        ArgumentNullException.ThrowIfNull(stream);
        (int count, int rest) = Math.DivRem(items.Length, kind.ItemLength);
        if (rest != 0)
        {
            throw new ArgumentException(
                $"{items.Length} bytes are no whole number of {kind.Items} of {kind.ItemLength} bytes.", nameof(items));
        }

        stream.Write(kind.Header(count));
        stream.Write(items);
    }
}
