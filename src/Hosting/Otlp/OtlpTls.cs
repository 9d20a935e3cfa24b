using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Identity;

namespace Mnist.Distributed.Hosting.Otlp;

/// <summary>
/// PEM files for the connection to a collector. Without an authority, the authorities of the system
/// are trusted. Without a certificate, the client shows none.
/// </summary>
/// <param name="Authority">File of the authority to trust, or null.</param>
/// <param name="Certificate">File of the client certificate to show, or null.</param>
/// <param name="Key">File of the key of the client certificate, or null.</param>
public readonly record struct OtlpTls(string? Authority, string? Certificate, string? Key)
{
    /// <summary>Reads the files.</summary>
    /// <exception cref="InvalidInputException">
    /// A file cannot be read. The message names the file.
    /// </exception>
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
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException || UnusableBytes.Are(failure))
        {
            throw new InvalidInputException($"The certificate {file} cannot be read ({failure.Message.TrimEnd('.')}): correct the variables OTEL_EXPORTER_OTLP_CERTIFICATE, ..._CLIENT_CERTIFICATE and ..._CLIENT_KEY.");
        }
    }
}
