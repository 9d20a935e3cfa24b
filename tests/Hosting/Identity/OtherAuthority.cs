using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Tests.Hosting.Identity;

/// <summary>An authority that the project has not made, for certificates of other forms.</summary>
internal sealed class OtherAuthority : IDisposable
{
    private const string Cluster = "c";
    private const int SerialBytes = 16;

    private static readonly DateTimeOffset Start = new(DateTime.UtcNow.Date.AddDays(-1), TimeSpan.Zero);
    private static readonly DateTimeOffset End = Start.AddDays(30);

    private readonly X509Certificate2 _certificate;
    private readonly bool _isBelow;

    /// <summary>Makes the authority.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="above">The authority that issues its certificate; null for itself.</param>
    public OtherAuthority(string name, OtherAuthority? above = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, null, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        _isBelow = above is not null;
        _certificate = above?.Sign(request, key) ?? request.CreateSelfSigned(Start, End);
    }

    /// <summary>Its certificate.</summary>
    public string Pem => _certificate.ExportCertificatePem() + "\n";

    /// <summary>Writes an identity of a silo, and reads it.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="trusted">The certificates of the authorities that it trusts.</param>
    /// <param name="download">
    /// Where its certificate says that this authority's can be downloaded; null for nowhere.
    /// </param>
    public IdentityWatch Issue(string folder, string trusted, string? download = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request("silo", ClusterRole.Silo, key);
        OidCollection uses = [new Oid(ClusterIdentity.ClientUse), new Oid(ClusterIdentity.ServerUse)];
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, critical: false));
        if (download is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [download]));
        }

        using var certificate = Sign(request, key);
        PrivateFolder.Make(folder);
        Write(IdentityFiles.Authorities, trusted);
        Write(IdentityFiles.Certificate, $"{certificate.ExportCertificatePem()}\n{(_isBelow ? Pem : "")}");
        Write(IdentityFiles.Key, key.ExportPkcs8PrivateKeyPem());
        return new IdentityWatch(folder);

        void Write(string file, string text) => AtomicFile.WriteText(Path.Combine(folder, file), text, isPrivate: true);
    }

    public void Dispose() => _certificate.Dispose();

    private static CertificateRequest Request(string name, ClusterRole? role, ECDsa key) =>
        new(new CertificateSubject(name, Cluster, role).ToDistinguishedName(), key, HashAlgorithmName.SHA256);

    private X509Certificate2 Sign(CertificateRequest request, ECDsa key)
    {
        using var signed = request.Create(_certificate, Start, End, RandomNumberGenerator.GetBytes(SerialBytes));
        return signed.CopyWithPrivateKey(key);
    }
}
