using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Otlp;

/// <summary>
/// PEM files for the connection to a collector; null means what the system trusts, and no
/// certificate of one's own.
/// </summary>
/// <param name="Authority">The authority to trust.</param>
/// <param name="Certificate">The certificate to show.</param>
/// <param name="Key">Its key.</param>
public readonly record struct OtlpTls(string? Authority, string? Certificate, string? Key)
{
    /// <summary>Reads the files.</summary>
    /// <exception cref="InvalidInputException">One of them cannot be read.</exception>
    public SslClientAuthenticationOptions Load()
    {
        var options = new SslClientAuthenticationOptions();
        if (Authority is { } authority)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            Read(authority, policy.CustomTrustStore.ImportFromPemFile);
            options.CertificateChainPolicy = policy;
        }

        if (Certificate is { } certificate)
        {
            var key = Key;
            Read(certificate, file => options.ClientCertificates = [X509Certificate2.CreateFromPemFile(file, key)]);
        }

        return options;
    }

    private static void Read(string file, Action<string> read)
    {
        try
        {
            read(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new InvalidInputException($"The certificate {file} cannot be read ({failure.Message.TrimEnd('.')}): correct the variables OTEL_EXPORTER_OTLP_CERTIFICATE, ..._CLIENT_CERTIFICATE and ..._CLIENT_KEY.");
        }
    }
}
