namespace Mnist.Distributed.Training.Data;

/// <summary>A loaded data set: what a run trains on and what it is tested on.</summary>
/// <param name="Name">The name given on the command line: <c>mnist</c>, <c>fashion-mnist</c> or <c>synthetic</c>.</param>
/// <param name="Train">The training split.</param>
/// <param name="Test">The test split.</param>
/// <param name="Origin">Where the bytes came from, for people: a folder, or how they were made.</param>
/// <param name="Digest">SHA-256 in lower-case hex over train images, train labels, test images and test labels:
/// two silos with equal digests train on the same samples.</param>
public sealed record DataSet(string Name, ImageSet Train, ImageSet Test, string Origin, string Digest)
{
    /// <summary>What the user should be told of the data before they are used, as one sentence; null when there is nothing to tell.</summary>
    public string? Note { get; init; }
}
