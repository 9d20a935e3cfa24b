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
}
