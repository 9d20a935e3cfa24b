using System.Globalization;

using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Data;

/// <summary>The two files of one split, known to belong together.</summary>
/// <param name="Images">Content of the file of images.</param>
/// <param name="Labels">Content of the file of labels; as many as images.</param>
internal sealed record IdxSplit(IdxContent Images, IdxContent Labels)
{
    /// <summary>Reads two files of a folder, plain or with <c>.gz</c>.</summary>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or the counts differ.</exception>
    public static IdxSplit Read(string folder, string imagesName, string labelsName)
    {
        IdxContent images = IdxFile.ReadImages(IdxFileNames.Find(folder, imagesName) ?? Path.Combine(folder, imagesName));
        IdxContent labels = IdxFile.ReadLabels(IdxFileNames.Find(folder, labelsName) ?? Path.Combine(folder, labelsName));
        return images.Count == labels.Count
            ? new IdxSplit(images, labels)
            : throw new InvalidInputException(string.Create(
                CultureInfo.InvariantCulture,
                $"In {Printable.Of(folder)}, {imagesName} has {images.Count:N0} images but {labelsName} has {labels.Count:N0} labels: "
                    + $"put files there that belong together."));
    }

    /// <summary>The samples, sharing the bytes.</summary>
    public ImageSet ToImageSet() => new(Images.Items, Labels.Items);
}
