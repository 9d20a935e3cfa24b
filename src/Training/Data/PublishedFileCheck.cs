using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Data;

/// <summary>Tells whether a file is the published one, whatever else it may be.</summary>
internal static class PublishedFileCheck
{
    /// <summary>Whether the file is intact and its uncompressed content has the published checksum.</summary>
    public static bool Matches(string path, PublishedFile published, IdxKind kind)
    {
        try
        {
            return IdxFile.Read(path, kind).ComputeSha256() == published.Sha256;
        }
        catch (InvalidInputException)
        {
            // Damaged or of another kind: either way it is not the published file, which is all that was asked.
            return false;
        }
    }
}
