using System.Security.Cryptography.X509Certificates;

namespace Mnist.Distributed.Hosting.Identity;

/// <summary>Text in PEM.</summary>
internal static class PemText
{
    /// <summary>The certificates in a text.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">One of them cannot be
    /// read.</exception>
    public static X509Certificate2Collection Certificates(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates;
    }
}
