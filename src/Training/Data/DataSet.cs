using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>A loaded data set: what a run trains on and what it is tested on.</summary>
/// <param name="Name">The name given on the command line, such as <c>mnist</c>.</param>
/// <param name="Shape">The shape of its images, its classes and its normalisation.</param>
/// <param name="Train">The training split.</param>
/// <param name="Test">The test split.</param>
/// <param name="Origin">Where the bytes came from, for people: a folder, or how they were made.</param>
public sealed record DataSet(string Name, DataShape Shape, ImageSet Train, ImageSet Test, string Origin)
{
    /// <summary>
    /// SHA-256 in lower-case hex over shape, images and labels: two silos with equal digests train on
    /// the same samples.
    /// </summary>
    public string Digest { get; init; } = DataSetDigest.Compute(Shape, Train, Test);

    /// <summary>
    /// What the user should be told of the data before they are used, as one sentence; null when there
    /// is nothing to tell.
    /// </summary>
    public string? Note { get; init; }
}
