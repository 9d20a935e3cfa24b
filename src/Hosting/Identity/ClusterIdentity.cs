using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Identity;

/// <summary>
/// The certificate of a process with its key, and what it trusts: the authorities of its cluster,
/// without the certificates that were revoked.
/// </summary>
public sealed class ClusterIdentity : IDisposable
{
    /// <summary>The extended key use of a process that is asked.</summary>
    internal const string ServerUse = "1.3.6.1.5.5.7.3.1";

    /// <summary>The extended key use of a process that asks.</summary>
    internal const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2Collection _authorities;
    private readonly X509Certificate2Collection _past;
    private readonly X509Certificate2Collection _links;
    private readonly string _revoked;

    /// <summary>Creates the identity. The object owns the certificates from now on.</summary>
    /// <param name="certificate">The certificate with its private key.</param>
    /// <param name="links">The certificates between it and its authority.</param>
    /// <param name="authorities">The authorities that are trusted.</param>
    /// <param name="past">Authorities that were trusted once.</param>
    /// <param name="revoked">Revocation lists as PEM; empty for none.</param>
    internal ClusterIdentity(
        X509Certificate2 certificate, X509Certificate2Collection links, X509Certificate2Collection authorities, X509Certificate2Collection past, string revoked)
    {
        Certificate = certificate;
        Subject = CertificateSubject.Of(certificate);
        Context = SslStreamCertificateContext.Create(certificate, links, offline: true);
        _links = links;
        _authorities = authorities;
        _past = past;
        _revoked = revoked;
    }

    /// <summary>The certificate of this process.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>What the certificate says.</summary>
    public CertificateSubject Subject { get; }

    /// <summary>The certificate in the form that TLS needs.</summary>
    internal SslStreamCertificateContext Context { get; }

    /// <summary>
    /// How TLS looks at the certificate of the other end before it is judged here.
    /// </summary>
    internal X509ChainPolicy ChainPolicy => PolicyOf(_authorities);

    /// <summary>The certificate, then those that link it to its authority.</summary>
    internal IEnumerable<X509Certificate2> Chain => _links.Prepend(Certificate);

    /// <summary>Says why a certificate is not accepted.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="links">Certificates between it and its authority, from its holder.</param>
    /// <param name="asServer">Whether the holder answers as a silo, instead of asking.</param>
    /// <param name="least">The role that its holder must have.</param>
    /// <param name="now">The time.</param>
    /// <returns>The end of a sentence about the certificate; null if it is accepted.</returns>
    public string? FaultOf(X509Certificate2 certificate, X509Certificate2Collection links, bool asServer, ClusterRole least, DateTimeOffset now) =>
        FaultOfChain(certificate, links, _authorities, asServer, now)
        ?? FaultOfSubject(certificate, least)
        ?? (IsRevoked(certificate) ? "has been revoked" : null);

    /// <summary>Whether a certificate has been revoked.</summary>
    public bool IsRevoked(X509Certificate2 certificate) => RevocationLists.Contain(_revoked, certificate);

    /// <summary>
    /// Says why a certificate is not that of a silo that may have signed a record at any time.
    /// Certificates that have expired, and authorities that were replaced, count too. So do
    /// certificates that were revoked, because a run goes on after the key of a silo was replaced;
    /// see <see cref="IsRevoked"/>.
    /// </summary>
    /// <inheritdoc cref="FaultOf" />
    public string? FaultOfSigner(X509Certificate2 certificate, X509Certificate2Collection links) =>
        FaultOfChain(certificate, links, [.. _authorities, .. _past], asServer: true, now: null) ?? FaultOfSubject(certificate, ClusterRole.Silo);

    private static string? FaultOfChain(
        X509Certificate2 certificate, X509Certificate2Collection links, X509Certificate2Collection authorities, bool asServer, DateTimeOffset? now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy = PolicyOf(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(links);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(asServer ? ServerUse : ClientUse));
        if (now is { } time)
        {
            chain.ChainPolicy.VerificationTime = time.UtcDateTime;
            chain.ChainPolicy.VerificationTimeIgnored = false;
        }
        else
        {
            chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        }

        if (chain.Build(certificate))
        {
            return null;
        }

        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return status.HasFlag(X509ChainStatusFlags.PartialChain) || status.HasFlag(X509ChainStatusFlags.UntrustedRoot) ? "is of no authority of this cluster"
            : status.HasFlag(X509ChainStatusFlags.NotTimeValid) ? $"is valid from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u} only"
            : status.HasFlag(X509ChainStatusFlags.NotValidForUsage) ? "may not be used for this"
            : $"is not valid ({status})";
    }

    /// <summary>
    /// Certificates of these authorities, and no other source. A certificate can name a place from
    /// which its issuer can be downloaded, and a stranger can name any place.
    /// </summary>
    private static X509ChainPolicy PolicyOf(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private string? FaultOfSubject(X509Certificate2 certificate, ClusterRole least)
    {
        var subject = CertificateSubject.Of(certificate);
        return subject.Cluster != Subject.Cluster ? $"is of the cluster {Printable.Of(subject.Cluster)}, not of {Printable.Of(Subject.Cluster)}"
            : subject.Role is not { } role ? "names no role"
            : role < least ? $"has the role {CertificateSubject.NameOf(role)}, but the role {CertificateSubject.NameOf(least)} is needed here"
            : role == ClusterRole.Silo && !MayServe(certificate) ? "names the role silo, but may not be used by a server"
            : null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var certificate in _links.Concat(_authorities).Concat(_past))
        {
            certificate.Dispose();
        }
    }

    private static bool MayServe(X509Certificate2 certificate) => certificate.Extensions
        .OfType<X509EnhancedKeyUsageExtension>().SelectMany(usages => usages.EnhancedKeyUsages.OfType<Oid>()).Any(usage => usage.Value == ServerUse);
}
