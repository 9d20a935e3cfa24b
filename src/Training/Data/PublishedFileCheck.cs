using System.Security.Cryptography;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Data;

/// <summary>Checks whether a file is the published one.</summary>
internal static class PublishedFileCheck
{
    /// <summary>
    /// Whether a file is intact and has the published checksum. A file without a checksum that fits
    /// does not match.
    /// </summary>
    public static bool Matches(string path, PublishedFile published, IdxKind kind) => Compare(path, published, kind) == true;

    /// <summary>
    /// Like <see cref="Matches"/>, but null for an intact file that no published checksum fits.
    /// </summary>
    public static bool? Compare(string path, PublishedFile published, IdxKind kind)
    {
        try
        {
            return Compare(path, published, IdxFile.Read(path, kind).ComputeSha256());
        }
        catch (InvalidInputException)
        {
            // A file that is damaged or of another kind is not the published file.
            return false;
        }
    }

    /// <summary>Compares a file whose content has been read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="published">The published file.</param>
    /// <param name="sha256">SHA-256 of the uncompressed content, in lower-case hex.</param>
    /// <returns>
    /// Whether it is the published file; null if that is unknown, because no checksum is published,
    /// or only one of the compressed file and this one is not compressed.
    /// </returns>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public static bool? Compare(string path, PublishedFile published, string sha256) =>
        published.Sha256 is not null ? sha256 == published.Sha256
        : published.CompressedMd5 is null ? null
        : Files.InputFile.Read(path, file => GzipContainer.IsGzip(file) ? Md5(file) == published.CompressedMd5 : (bool?)null);

    /// <summary>MD5 in lower-case hex of a stream, from its beginning.</summary>
    public static string Md5(Stream file)
    {
        file.Position = 0;
        return Convert.ToHexStringLower(MD5.HashData(file));
    }
}
