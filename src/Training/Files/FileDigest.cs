using System.Security.Cryptography;

namespace Mnist.Distributed.Training.Files;

/// <summary>The digest of a file.</summary>
public static class FileDigest
{
    /// <summary>SHA-256 of the content of a file, in lower-case hex.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
