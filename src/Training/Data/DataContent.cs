using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>The content of a folder with a data set.</summary>
/// <param name="Train">The training split.</param>
/// <param name="Test">The test split, with images of the same shape.</param>
/// <param name="Classes">The classes; every label names one of them.</param>
/// <param name="Sha256Of">
/// Gets the name of a file and returns the SHA-256 of its content in lower-case hex; null if the
/// folder has no such file.
/// </param>
public sealed record DataContent(ImageSet Train, ImageSet Test, ClassList Classes, Func<string, string?> Sha256Of)
{
    /// <summary>
    /// A sentence about the data that the user must see, such as how they were split; null if there
    /// is none.
    /// </summary>
    public string? Note { get; init; }
}
