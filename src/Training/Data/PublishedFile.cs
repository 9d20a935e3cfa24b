namespace Mnist.Distributed.Training.Data;

/// <summary>One file of a published data set.</summary>
/// <param name="Name">Name of the file, without <c>.gz</c>.</param>
/// <param name="Sha256">
/// SHA-256 of the uncompressed content in lower-case hex. The compressed files of two mirrors may
/// differ, their contents do not. Null if it is not published.
/// </param>
public sealed record PublishedFile(string Name, string? Sha256)
{
    /// <summary>
    /// MD5 in lower-case hex of the file with the ending <c>.gz</c>, for a file of which no better
    /// checksum is published; null if there is none.
    /// </summary>
    public string? CompressedMd5 { get; init; }
}
