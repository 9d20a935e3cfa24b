using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>What a folder holds.</summary>
/// <param name="Train">The training split.</param>
/// <param name="Test">The test split, with images of the same shape.</param>
/// <param name="Classes">The classes; every label names one of them.</param>
/// <param name="Sha256Of">
/// SHA-256 in lower-case hex of the content of a file, by the file's name; null when there is no such
/// file.
/// </param>
public sealed record DataContent(ImageSet Train, ImageSet Test, ClassList Classes, Func<string, string?> Sha256Of);
