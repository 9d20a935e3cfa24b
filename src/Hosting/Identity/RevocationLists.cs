using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mnist.Distributed.Hosting.Identity;

/// <summary>
/// Lists of revoked certificates (RFC 5280), one after another as PEM. The file lies beside the
/// authorities' certificates and is trusted as they are, so signatures are not checked.
/// </summary>
internal static class RevocationLists
{
    private const string Label = "X509 CRL";

    /// <summary>Whether a certificate is in one of the lists.</summary>
    /// <param name="pem">The lists.</param>
    /// <param name="certificate">The certificate.</param>
    /// <exception cref="CryptographicException">A list cannot be read.</exception>
    public static bool Contain(ReadOnlySpan<char> pem, X509Certificate2 certificate) =>
        Parse(pem).Any(list => list.RemoveEntry(certificate.SerialNumberBytes.Span));

    /// <summary>The lists.</summary>
    /// <exception cref="CryptographicException">A list cannot be read.</exception>
    public static IReadOnlyList<CertificateRevocationListBuilder> Parse(ReadOnlySpan<char> pem)
    {
        var lists = new List<CertificateRevocationListBuilder>();
        while (PemEncoding.TryFind(pem, out var fields))
        {
            if (pem[fields.Label].SequenceEqual(Label))
            {
                lists.Add(CertificateRevocationListBuilder.LoadPem(pem[fields.Location], out _));
            }

            pem = pem[fields.Location.End..];
        }

        return lists;
    }

    /// <summary>A list as PEM.</summary>
    /// <param name="list">The list's entries.</param>
    /// <param name="authority">The authority with its key, which signs it.</param>
    /// <param name="number">The number of the list; later lists have larger ones.</param>
    /// <param name="nextUpdate">When the list should be made anew.</param>
    public static string Pem(CertificateRevocationListBuilder list, X509Certificate2 authority, long number, DateTimeOffset nextUpdate) =>
        PemEncoding.WriteString(Label, list.Build(authority, number, nextUpdate, HashAlgorithmName.SHA256)) + "\n";
}
