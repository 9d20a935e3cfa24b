using System.Security.Cryptography;

namespace Mnist.Distributed.Hosting.Identity;

/// <summary>
/// The exceptions that .NET throws for bytes that are no certificate, key or signature, or use an
/// algorithm or a curve that this system does not have.
/// </summary>
internal static class UnusableBytes
{
    /// <summary>Whether the bytes are at fault.</summary>
    public static bool Are(Exception failure) => failure is CryptographicException or ArgumentException or NotSupportedException;
}
