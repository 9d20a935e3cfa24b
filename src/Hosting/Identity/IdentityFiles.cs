namespace Mnist.Distributed.Hosting.Identity;

/// <summary>
/// The names of the files of an identity. They are the names that cert-manager uses in secrets of
/// Kubernetes.
/// </summary>
public static class IdentityFiles
{
    /// <summary>The certificates of the authorities that are trusted, as PEM.</summary>
    public const string Authorities = "ca.crt";

    /// <summary>
    /// The certificate of this process, with those that link it to its authority, as PEM.
    /// </summary>
    public const string Certificate = "tls.crt";

    /// <summary>The private key of the certificate, as PEM.</summary>
    public const string Key = "tls.key";

    /// <summary>
    /// The certificates of authorities that a rotation has replaced, as PEM. They count for
    /// signatures of records only. May be missing.
    /// </summary>
    public const string Past = "ca.past.crt";

    /// <summary>The revoked certificates, as revocation lists in PEM. May be missing.</summary>
    public const string Revoked = "ca.crl";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Authorities, Certificate, Key, Past, Revoked];
}
