namespace Mnist.Distributed.Training.Data;

/// <summary>The training or the test split of a published data set.</summary>
/// <param name="Images">The file of images.</param>
/// <param name="Labels">The file of labels.</param>
/// <param name="Count">Number of samples.</param>
public sealed record PublishedSplit(PublishedFile Images, PublishedFile Labels, int Count);
