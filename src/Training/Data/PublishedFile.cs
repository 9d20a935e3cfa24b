namespace Mnist.Distributed.Training.Data;

/// <summary>One file of a published data set.</summary>
/// <param name="Name">Name of the file, without <c>.gz</c>.</param>
/// <param name="Sha256">
/// SHA-256 of the uncompressed content in lower-case hex. The compressed files of two mirrors may
/// differ, their contents do not.
/// </param>
public sealed record PublishedFile(string Name, string Sha256);
