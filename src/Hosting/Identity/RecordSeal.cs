using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mnist.Distributed.Hosting.Identity;

/// <summary>
/// The signature of a silo under a stored record, with the certificates that are needed to check
/// it. Stored as the number of certificates, each certificate with its length, and the signature.
/// </summary>
/// <param name="Certificates">The silo's certificate, then those that link it to its
/// authority.</param>
/// <param name="Signature">The signature (ECDSA, IEEE P1363 form).</param>
internal sealed record RecordSeal(IReadOnlyList<byte[]> Certificates, byte[] Signature)
{
    private const int MostCertificates = 8;

    /// <summary>The name of the silo, for a seal without a fault.</summary>
    public string Signer
    {
        get
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Certificates[0]);
            return CertificateSubject.Of(certificate).Name;
        }
    }

    /// <summary>
    /// Whether the certificate of the silo has been revoked, for a seal without a fault.
    /// </summary>
    /// <param name="identity">Knows the certificates that were revoked.</param>
    public bool IsSignerRevoked(ClusterIdentity identity)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(Certificates[0]);
        return identity.IsRevoked(certificate);
    }

    /// <summary>Signs the digest of a record.</summary>
    public static RecordSeal Of(ReadOnlySpan<byte> digest, ClusterIdentity identity)
    {
        using var key = identity.Certificate.GetECDsaPrivateKey() ?? throw new CryptographicException("The key of the identity is none for ECDSA.");
        return new RecordSeal([.. identity.Chain.Select(certificate => certificate.RawData)], key.SignHash(digest));
    }

    /// <summary>Reads what <see cref="ToBytes"/> has written.</summary>
    /// <returns>The seal; null if the bytes are none.</returns>
    public static RecordSeal? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0 || bytes[0] is 0 or > MostCertificates)
        {
            return null;
        }

        var certificates = new byte[bytes[0]][];
        bytes = bytes[1..];
        for (var i = 0; i < certificates.Length; i++)
        {
            if (bytes.Length < sizeof(int) || BinaryPrimitives.ReadInt32LittleEndian(bytes) is var length && (length < 0 || length > bytes.Length - sizeof(int)))
            {
                return null;
            }

            certificates[i] = bytes.Slice(sizeof(int), length).ToArray();
            bytes = bytes[(sizeof(int) + length)..];
        }

        return new RecordSeal(certificates, bytes.ToArray());
    }

    /// <summary>The seal as bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new MemoryStream();
        bytes.WriteByte((byte)Certificates.Count);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var certificate in Certificates)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, certificate.Length);
            bytes.Write(length);
            bytes.Write(certificate);
        }

        bytes.Write(Signature);
        return bytes.ToArray();
    }

    /// <summary>Says why the seal does not prove that a silo has written the record.</summary>
    /// <param name="digest">The digest of the record.</param>
    /// <param name="identity">Knows the authorities of the cluster.</param>
    /// <returns>The end of a sentence about the record; null if the seal proves it.</returns>
    public string? FaultOf(ReadOnlySpan<byte> digest, ClusterIdentity identity)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            foreach (var certificate in Certificates)
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(certificate));
            }

            using var key = certificates[0].GetECDsaPublicKey();
            return key is null || !key.VerifyHash(digest, Signature) ? "was changed after a silo had signed it"
                : identity.FaultOfSigner(certificates[0], certificates) is { } fault ? $"was signed with a certificate that {fault}"
                : null;
        }
        catch (Exception failure) when (UnusableBytes.Are(failure))
        {
            return "has a signature that cannot be read";
        }
        finally
        {
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }
}
