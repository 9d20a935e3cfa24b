namespace Mnist.Distributed.Training.Data;

/// <summary>One file of a published data set.</summary>
/// <param name="Name">File name, without <c>.gz</c>.</param>
/// <param name="Sha256">SHA-256 of the uncompressed content in lower-case hex; gzip containers differ between mirrors,
/// contents do not.</param>
public sealed record PublishedFile(string Name, string Sha256);
