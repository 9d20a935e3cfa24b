using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Data;

/// <summary>Checks whether a file is the published one.</summary>
internal static class PublishedFileCheck
{
    /// <summary>
    /// Whether a file is intact and its uncompressed content has the published checksum.
    /// </summary>
    public static bool Matches(string path, PublishedFile published, IdxKind kind)
    {
        try
        {
            return IdxFile.Read(path, kind).ComputeSha256() == published.Sha256;
        }
        catch (InvalidInputException)
        {
            // A file that is damaged or of another kind is not the published file.
            return false;
        }
    }
}
