using System.Security.Cryptography;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Files;

/// <summary>The digest of a file.</summary>
public static class FileDigest
{
    /// <summary>SHA-256 of the content of a file, in lower-case hex.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public static string Sha256(string path) => InputFile.Read(path, file => Convert.ToHexStringLower(SHA256.HashData(file)));
}
