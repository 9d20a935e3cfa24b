using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Hosting.Identity;

/// <summary>
/// The authority of a cluster: it issues and revokes certificates. Its folder holds the
/// certificates of the authorities that are trusted (the newest first), the private key of the
/// newest one, the revocation lists, and a copy of each certificate that it has issued.
/// </summary>
public sealed class ClusterAuthority : IDisposable
{
    private const string KeyFile = "ca.key";
    private const int AuthorityYears = 10;
    private const int SerialBytes = 16;

    /// <summary>
    /// Certificates are valid a little earlier, because clocks of machines differ.
    /// </summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private readonly X509Certificate2 _authority;
    private readonly string _trusted;
    private readonly TimeProvider _time;

    private ClusterAuthority(string folder, X509Certificate2 authority, string trusted, TimeProvider time)
    {
        Folder = folder;
        _authority = authority;
        _trusted = trusted;
        _time = time;
        Cluster = CertificateSubject.Of(authority).Cluster;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The name of the cluster.</summary>
    public string Cluster { get; }

    /// <summary>Whether an older authority is trusted too, as during a rotation.</summary>
    public bool IsRotating => PemText.Certificates(_trusted).Count > 1;

    /// <summary>Whether a folder holds an authority.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, KeyFile));

    /// <summary>Makes the authority of a cluster.</summary>
    /// <param name="folder">Its folder; made if it does not exist.</param>
    /// <param name="cluster">The name of the cluster.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="InvalidInputException">The folder has one already, or cannot be
    /// written.</exception>
    public static ClusterAuthority Create(string folder, string cluster, TimeProvider? time = null)
    {
        InvalidInputException.Require(
            !Exists(folder), $"{folder} already holds an authority: replace it with 'mnist cluster identity rotate', or name another folder.");
        PrivateFolder.Make(folder);
        return Install(folder, cluster, trusted: "", time ?? TimeProvider.System);
    }

    /// <summary>Opens the authority of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="InvalidInputException">The folder holds no authority that can be
    /// used.</exception>
    public static ClusterAuthority Open(string folder, TimeProvider? time = null)
    {
        try
        {
            var trusted = File.ReadAllText(Path.Combine(folder, IdentityFiles.Authorities));
            var authority = X509Certificate2.CreateFromPem(trusted, File.ReadAllText(Path.Combine(folder, KeyFile)));
            return new ClusterAuthority(folder, authority, trusted, time ?? TimeProvider.System);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException || UnusableBytes.Are(failure))
        {
            throw new InvalidInputException(
                $"{folder} holds no authority that can be used ({failure.Message.TrimEnd('.')}): make one with 'mnist cluster identity create', or name its folder.", failure);
        }
    }

    /// <summary>Issues a certificate and writes an identity with it.</summary>
    /// <param name="name">The name of the holder.</param>
    /// <param name="role">What the holder may do.</param>
    /// <param name="life">How long the certificate is valid.</param>
    /// <param name="output">The folder of the identity. The files of an earlier one are
    /// replaced.</param>
    /// <returns>The certificate, without its key.</returns>
    /// <exception cref="InvalidInputException">The folder cannot be written.</exception>
    public X509Certificate2 Issue(string name, ClusterRole role, TimeSpan life, string output)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new CertificateSubject(name, Cluster, role).ToDistinguishedName(), key, HashAlgorithmName.SHA256);
        OidCollection uses = [new Oid(ClusterIdentity.ClientUse)];
        if (role == ClusterRole.Silo)
        {
            uses.Add(new Oid(ClusterIdentity.ServerUse));
        }

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var now = _time.GetUtcNow();
        var end = now + life;
        var issued = request.Create(_authority, now - Skew, end < _authority.NotAfter ? end : _authority.NotAfter, RandomNumberGenerator.GetBytes(SerialBytes));

        PrivateFolder.Make(output);
        Write(output, IdentityFiles.Key, key.ExportPkcs8PrivateKeyPem() + "\n");
        Write(output, IdentityFiles.Certificate, issued.ExportCertificatePem() + "\n");
        CopyTrust(output);
        var copies = Path.Combine(Folder, "issued");
        PrivateFolder.Make(copies);
        Write(copies, $"{issued.SerialNumber}.crt", issued.ExportCertificatePem() + "\n");
        return issued;
    }

    /// <summary>Copies into an identity what its holder trusts.</summary>
    public void CopyTrust(string output)
    {
        Write(output, IdentityFiles.Authorities, _trusted);
        foreach (var file in (string[])[IdentityFiles.Past, IdentityFiles.Revoked])
        {
            if (File.Exists(Path.Combine(Folder, file)))
            {
                Write(output, file, File.ReadAllText(Path.Combine(Folder, file)));
            }
        }
    }

    /// <summary>The certificates that were issued, the newest first.</summary>
    public IReadOnlyList<IssuedCertificate> Issued()
    {
        var copies = Path.Combine(Folder, "issued");
        var revoked = File.Exists(RevokedFile) ? File.ReadAllText(RevokedFile) : "";
        return
        [
            .. (Directory.Exists(copies) ? Directory.EnumerateFiles(copies, "*.crt") : [])
                .Select(X509CertificateLoader.LoadCertificateFromFile)
                .Select(certificate => new IssuedCertificate(certificate, CertificateSubject.Of(certificate), RevocationLists.Contain(revoked, certificate)))
                .OrderByDescending(issued => issued.Certificate.NotBefore),
        ];
    }

    /// <summary>Revokes all certificates of a holder.</summary>
    /// <param name="name">The name of the holder.</param>
    /// <returns>The number of certificates that were revoked now.</returns>
    public int Revoke(string name)
    {
        var revoking = Issued().Where(issued => issued.Subject.Name == name && !issued.IsRevoked).ToArray();
        if (revoking.Length > 0)
        {
            // One list for all authorities: an identity looks for the serial number only.
            var lists = File.Exists(RevokedFile) ? RevocationLists.Parse(File.ReadAllText(RevokedFile)) : [];
            var list = lists.Count > 0 ? lists[0] : new CertificateRevocationListBuilder();
            foreach (var issued in revoking)
            {
                list.AddEntry(issued.Certificate, _time.GetUtcNow());
            }

            var now = _time.GetUtcNow();
            Write(Folder, IdentityFiles.Revoked, RevocationLists.Pem(list, _authority, now.ToUnixTimeMilliseconds(), now.AddYears(AuthorityYears)));
        }

        return revoking.Length;
    }

    /// <summary>
    /// Makes a new authority that issues from now on. The old one stays trusted until
    /// <see cref="Finish"/>.
    /// </summary>
    /// <exception cref="InvalidInputException">A rotation has begun already.</exception>
    public ClusterAuthority Rotate()
    {
        InvalidInputException.Require(!IsRotating, $"A rotation of the authority of cluster {Cluster} has begun already: end it with --finish when every certificate has been issued again.");
        return Install(Folder, Cluster, _trusted, _time);
    }

    /// <summary>Ends a rotation: the old authority is not trusted any more.</summary>
    /// <exception cref="InvalidInputException">No rotation has begun.</exception>
    public ClusterAuthority Finish()
    {
        InvalidInputException.Require(IsRotating, $"No rotation of the authority of cluster {Cluster} has begun: leave --finish out to begin one.");
        var old = PemText.Certificates(_trusted).Skip(1).Select(certificate => certificate.ExportCertificatePem() + "\n");
        var past = Path.Combine(Folder, IdentityFiles.Past);
        Write(Folder, IdentityFiles.Past, string.Concat(old) + (File.Exists(past) ? File.ReadAllText(past) : ""));
        Write(Folder, IdentityFiles.Authorities, _authority.ExportCertificatePem() + "\n");
        return Open(Folder, _time);
    }

    /// <inheritdoc />
    public void Dispose() => _authority.Dispose();

    private static void Write(string folder, string file, string text) => AtomicFile.WriteText(Path.Combine(folder, file), text, isPrivate: true);

    private string RevokedFile => Path.Combine(Folder, IdentityFiles.Revoked);

    private static ClusterAuthority Install(string folder, string cluster, string trusted, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new CertificateSubject("authority", cluster, null).ToDistinguishedName(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        using var authority = request.CreateSelfSigned(now - Skew, now.AddYears(AuthorityYears));

        // The certificate comes last: without it the folder holds no authority.
        Write(folder, KeyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        Write(folder, IdentityFiles.Authorities, $"{authority.ExportCertificatePem()}\n{trusted}");
        return Open(folder, time);
    }
}
