using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Sockets;

namespace Mnist.Distributed.Hosting.Links;

/// <summary>
/// TCP with mutual TLS 1.3: both ends show a certificate of the cluster. The silo answers the
/// handshake with its verdict, so the other end can say why it was refused.
/// </summary>
public sealed class TlsLink : ClusterLink
{
    private const int MostVerdictBytes = 255;

    // AES with 128 bits is as safe here as with 256, and a third faster.
    private static readonly CipherSuitesPolicy? Ciphers = OperatingSystem.IsWindows()
        ? null
        : new CipherSuitesPolicy([TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384]);

    private readonly ConcurrentDictionary<SocketPipes, Shown> _open = [];

    /// <summary>Creates the link.</summary>
    /// <param name="identity">The identity of this process.</param>
    public TlsLink(IdentityWatch identity)
    {
        Identity = identity;
        identity.JudgeAgain += EndRefused;
    }

    /// <summary>The identity of this process.</summary>
    public IdentityWatch Identity { get; }

    /// <inheritdoc />
    internal override ValueTask<Socket> Connect(IPEndPoint endpoint, CancellationToken cancellation) => TcpSockets.Connect(endpoint, cancellation);

    /// <inheritdoc />
    internal override Socket? Listen(IPEndPoint endpoint) => TcpSockets.Listen(endpoint);

    /// <inheritdoc />
    internal override async Task Greet(SocketPipes pipes, CancellationToken cancellation)
    {
        var mine = Identity.Current;
        var shown = new Shown(asServer: true, ClusterRole.Silo, Identity.Time);
        var bytes = new BatchedStream(pipes.Stream);
        var tls = new SslStream(bytes, leaveInnerStreamOpen: false);
        await Handshake(() => tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = mine.Subject.Cluster,
                ClientCertificateContext = mine.Context,
                EnabledSslProtocols = SslProtocols.Tls13,
                CertificateChainPolicy = mine.ChainPolicy,
                RemoteCertificateValidationCallback = shown.Take,
                CipherSuitesPolicy = Ciphers,
                AllowTlsResume = false,
            },
            cancellation));
        if (shown.FaultBy(mine) is { } fault)
        {
            throw new PeerRefusedException($"the silo's certificate {fault}");
        }

        var length = new byte[1];
        await tls.ReadExactlyAsync(length, cancellation);
        var verdict = new byte[length[0]];
        await tls.ReadExactlyAsync(verdict, cancellation);
        if (verdict.Length > 0)
        {
            throw new PeerRefusedException(Encoding.UTF8.GetString(verdict));
        }

        Keep(pipes, bytes, tls, shown);
    }

    /// <inheritdoc />
    internal override async Task<Peer> Admit(SocketPipes pipes, ClusterRole least, CancellationToken cancellation)
    {
        var mine = Identity.Current;
        var shown = new Shown(asServer: false, least, Identity.Time);
        var bytes = new BatchedStream(pipes.Stream);
        var tls = new SslStream(bytes, leaveInnerStreamOpen: false);
        await Handshake(() => tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = mine.Context,
                ClientCertificateRequired = true,
                EnabledSslProtocols = SslProtocols.Tls13,
                CertificateChainPolicy = mine.ChainPolicy,
                RemoteCertificateValidationCallback = shown.Take,
                CipherSuitesPolicy = Ciphers,
                AllowTlsResume = false,
                AllowRenegotiation = false,
            },
            cancellation));
        var verdict = shown.FaultBy(mine) is { } fault ? Encoding.UTF8.GetBytes($"its certificate {fault}") : [];
        if (verdict.Length > MostVerdictBytes)
        {
            verdict = verdict[..MostVerdictBytes];
        }

        await tls.WriteAsync((byte[])[(byte)verdict.Length, .. verdict], cancellation);
        await tls.FlushAsync(cancellation);
        if (verdict.Length > 0)
        {
            await WaitForEnd(tls, cancellation);
            throw new PeerRefusedException(Encoding.UTF8.GetString(verdict));
        }

        Keep(pipes, bytes, tls, shown);
        return shown.Peer;
    }

    private static async Task Handshake(Func<Task> handshake)
    {
        try
        {
            await handshake();
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            throw new PeerRefusedException($"it does not speak TLS 1.3 with a certificate ({failure.Message.TrimEnd('.')})");
        }
    }

    /// <summary>
    /// Lets the other end read its verdict and go. A connection that is closed at once loses what
    /// it has sent.
    /// </summary>
    private static async Task WaitForEnd(SslStream tls, CancellationToken cancellation)
    {
        try
        {
            _ = await tls.ReadAsync(new byte[1], cancellation);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It has gone, or its time is over.
        }
    }

    /// <summary>
    /// Uses the encrypted stream from now on, and ends the connection when the certificate of the
    /// other end is not accepted any more.
    /// </summary>
    private void Keep(SocketPipes pipes, BatchedStream bytes, SslStream tls, Shown shown)
    {
        pipes.Use(tls);
        _open[pipes] = shown;
        pipes.ConnectionClosed.Register(() => _open.TryRemove(pipes, out _));
        if (shown.FaultBy(Identity.Current) is { } fault)
        {
            // The identity has changed since the handshake.
            throw new PeerRefusedException($"its certificate {fault}");
        }

        bytes.Collect();
    }

    private void EndRefused()
    {
        foreach (var (pipes, shown) in _open)
        {
            if (shown.FaultBy(Identity.Current) is { } fault)
            {
                pipes.Abort(new($"The certificate of {shown.Peer.Name} {fault}."));
            }
        }
    }

    /// <summary>The certificate that the other end has shown.</summary>
    /// <param name="asServer">Whether the other end is the silo that was asked.</param>
    /// <param name="least">The role that it needs.</param>
    /// <param name="time">The clock.</param>
    private sealed class Shown(bool asServer, ClusterRole least, TimeProvider time)
    {
        private X509Certificate2? _certificate;
        private X509Certificate2Collection _links = [];

        public Peer Peer => new(CertificateSubject.Of(_certificate!).Role!.Value, CertificateSubject.Of(_certificate!).Name);

        /// <summary>
        /// Keeps the certificate. It is judged after the handshake, so that there is a connection
        /// over which the other end can be told.
        /// </summary>
        public bool Take(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            if (certificate is not null)
            {
                _certificate = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
                _links = [.. chain?.ChainPolicy.ExtraStore.Select(link => X509CertificateLoader.LoadCertificate(link.RawData)) ?? []];
            }

            return true;
        }

        /// <inheritdoc cref="ClusterIdentity.FaultOf" />
        public string? FaultBy(ClusterIdentity mine) =>
            _certificate is null ? "is missing" : mine.FaultOf(_certificate, _links, asServer, least, time.GetUtcNow());
    }
}
