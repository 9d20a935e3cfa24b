using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Files in the IDX format of MNIST: a big-endian header, then the elements. Files are read plain
/// or compressed with gzip, which their first bytes tell, and written plain. Source: Y. LeCun, C.
/// Cortes, C. Burges, "The MNIST database of handwritten digits", section "File formats".
/// </summary>
public static class IdxFile
{
    /// <summary>
    /// The largest number of items that a header may announce. EMNIST, the largest data set of this
    /// family, has 814,255.
    /// </summary>
    public const int MaximumCount = 1_000_000;

    /// <summary>The largest number of rows, and of columns, of an image.</summary>
    public const int MaximumSide = 512;

    /// <summary>The largest number of channels of an image.</summary>
    public const int MaximumChannels = 16;

    /// <summary>Whether a file begins as an IDX file does, or is compressed.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public static bool MayBe(string path) => InputFile.Read(path, stream => stream.ReadByte() is 0 or GzipContainer.FirstByte);

    /// <summary>Reads a file of images.</summary>
    /// <exception cref="InvalidInputException">
    /// The file is missing, unreadable or damaged, or has another format.
    /// </exception>
    public static IdxContent ReadImages(string path) => Read(path, IdxKind.Images);

    /// <summary>Reads images from a seekable stream.</summary>
    /// <param name="stream">The whole file, from its beginning.</param>
    /// <param name="name">The name of the file in messages.</param>
    /// <exception cref="InvalidInputException">
    /// The content is damaged or has another format.
    /// </exception>
    public static IdxContent ReadImages(Stream stream, string name) => Read(stream, name, IdxKind.Images);

    /// <summary>Reads a file of labels.</summary>
    /// <exception cref="InvalidInputException">
    /// The file is missing, unreadable or damaged, or has another format.
    /// </exception>
    public static IdxContent ReadLabels(string path) => Read(path, IdxKind.OfLabels(Path.GetFileName(path)));

    /// <summary>Reads labels from a seekable stream.</summary>
    /// <param name="stream">The whole file, from its beginning.</param>
    /// <param name="name">The name of the file in messages.</param>
    /// <exception cref="InvalidInputException">
    /// The content is damaged or has another format.
    /// </exception>
    public static IdxContent ReadLabels(Stream stream, string name) => Read(stream, name, IdxKind.Labels);

    /// <summary>Writes the images of a split.</summary>
    public static void WriteImages(Stream stream, ImageSet split)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(IdxHeader.OfImages(split.Count, split.Sample).ToBytes());
        stream.Write(split.Images);
    }

    /// <summary>
    /// Writes the labels of a split, with one byte for each, or four if a label needs more than
    /// one.
    /// </summary>
    public static void WriteLabels(Stream stream, ImageSet split)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var fitByte = split.Labels.IndexOfAnyExceptInRange((ushort)0, (ushort)byte.MaxValue) < 0;
        stream.Write(IdxHeader.OfLabels(split.Count, fitByte).ToBytes());
        foreach (var label in split.Labels)
        {
            stream.Write(fitByte ? [(byte)label] : [0, 0, (byte)(label >> 8), (byte)label]);
        }
    }

    /// <summary>Reads a file of either kind.</summary>
    internal static IdxContent Read(string path, IdxKind kind) => InputFile.Read(path, file => Read(file, Printable.Of(path), kind));

    /// <summary>Reads a stream of either kind.</summary>
    internal static IdxContent Read(Stream stream, string name, IdxKind kind) => IdxReader.Read(stream, name, kind);
}
