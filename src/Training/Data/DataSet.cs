using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>A loaded data set, with the samples for training and for testing.</summary>
/// <param name="Name">The name on the command line, such as <c>mnist</c>.</param>
/// <param name="Shape">Shape of the images, classes and normalisation.</param>
/// <param name="Train">The training split.</param>
/// <param name="Test">The test split.</param>
/// <param name="Origin">The source of the bytes, for people: a folder, or how they were
/// made.</param>
public sealed record DataSet(string Name, DataShape Shape, ImageSet Train, ImageSet Test, string Origin)
{
    /// <summary>
    /// The digest of the data: SHA-256 in lower-case hex over shape, images and labels. Two silos
    /// with equal digests train on the same samples.
    /// </summary>
    public string Digest { get; init; } = DataSetDigest.Compute(Shape, Train, Test);

    /// <summary>
    /// A sentence that the user must see before the data are used, such as a warning that they are
    /// not the published ones; null if there is none.
    /// </summary>
    public string? Note { get; init; }

    /// <summary>
    /// The data set with images of another size; the same one if they have this size already.
    /// </summary>
    /// <param name="size">The size; null for the size that the images have.</param>
    public DataSet Resized(ImageSize? size)
    {
        var old = Shape.Sample;
        if (size is not { } wanted || (old.Rows, old.Columns) == (wanted.Rows, wanted.Columns))
        {
            return this;
        }

        var shape = Shape.Resized(wanted);
        InvalidInputException.Require(
            (long)Math.Max(Train.Count, Test.Count) * shape.Sample.Pixels <= Array.MaxLength,
            $"{Train.Count} images of {shape.Sample} do not fit into memory: choose a smaller ImageSize.",
            nameof(ImageSize));
        return new DataSet(Name, shape, ImageResizer.Resize(Train, wanted), ImageResizer.Resize(Test, wanted), $"{Origin}, resized to {wanted}") { Note = Note };
    }
}
