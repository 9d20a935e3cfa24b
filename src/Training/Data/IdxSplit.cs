using System.Globalization;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Data;

/// <summary>The two files of one split, checked to belong together.</summary>
/// <param name="Images">Content of the file of images.</param>
/// <param name="Labels">Content of the file of labels.</param>
/// <param name="Samples">The samples; they share the memory of <paramref name="Images"/>.</param>
internal sealed record IdxSplit(IdxContent Images, IdxContent Labels, ImageSet Samples)
{
    /// <summary>Reads the two files from a folder, plain or with the ending <c>.gz</c>.</summary>
    /// <exception cref="InvalidInputException">
    /// A file is missing or damaged, or the numbers of items differ.
    /// </exception>
    public static IdxSplit Read(string folder, string imagesName, string labelsName)
    {
        var images = IdxFile.ReadImages(IdxFileNames.Find(folder, imagesName) ?? Path.Combine(folder, imagesName));
        var labelsPath = IdxFileNames.Find(folder, labelsName) ?? Path.Combine(folder, labelsName);
        var labels = IdxFile.ReadLabels(labelsPath);
        InvalidInputException.Require(
            images.Count == labels.Count,
            string.Create(
                CultureInfo.InvariantCulture,
                $"In {Printable.Of(folder)}, {imagesName} has {images.Count:N0} images but {labelsName} has {labels.Count:N0} labels: put files there that belong together."));
        var (numbers, bad) = labels.ReadLabels();
        return bad is null
            ? new IdxSplit(images, labels, new ImageSet(images.Items, numbers, images.Sample))
            : throw new InvalidInputException(
                $"{Printable.Of(labelsPath)} has label {bad.Value.Label} at sample {bad.Value.Sample} (counted from 0), but labels must be 0 to 65535: correct the file.");
    }
}
