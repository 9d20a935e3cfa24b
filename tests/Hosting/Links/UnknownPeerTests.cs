using System.Net;
using System.Net.Sockets;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Sockets;
using Mnist.Distributed.Tests.Hosting.Identity;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Links;

/// <summary>What a process does for a peer that has not shown who it is.</summary>
public sealed class UnknownPeerTests : IDisposable
{
    private const int Connections = 1_000;

    /// <summary>TLS takes half of it for its first record.</summary>
    private const int MostBytesOfEach = 16 * 1024;

    private readonly Identities _identities = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silent_connections_take_no_buffers()
    {
        var silo = new TlsLink(_identities.Issue("silo", ClusterRole.Silo));
        var endpoint = new IPEndPoint(IPAddress.Loopback, silo.TakePorts(1, IPAddress.Loopback)[0]);
        using var listener = silo.Listen(endpoint)!;
        var (near, far) = (new List<Socket>(), new List<SocketPipes>());
        for (var i = 0; i < Connections; i++)
        {
            var accepting = listener.AcceptAsync(Cancellation);
            near.Add(await silo.Connect(endpoint, Cancellation));
            far.Add(new SocketPipes(await accepting, endpoint));
        }

        var admissions = new List<Task<Peer>>();
        var allocated = Allocation.Of(() => admissions.AddRange(far.Select(pipes => silo.Admit(pipes, ClusterRole.Observer, Cancellation))));
        Assert.All(admissions, admission => Assert.False(admission.IsCompleted));
        Assert.InRange(allocated, 0, Connections * MostBytesOfEach);

        near.ForEach(socket => socket.Dispose());
        foreach (var admission in admissions)
        {
            await Assert.ThrowsAsync<PeerRefusedException>(() => admission);
        }

        far.ForEach(pipes => pipes.Abort(new()));
    }

    /// <summary>
    /// The listener never answers. A download would wait for it, and its connection would be
    /// pending.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Certificate_of_an_unknown_authority_is_refused_and_nothing_is_downloaded(bool ofClient)
    {
        using var place = new TcpListener(IPAddress.Loopback, 0);
        place.Start();
        using var unknown = new OtherAuthority("unknown");
        var trusted = ofClient ? await File.ReadAllTextAsync(Path.Combine(_identities.Authority.Folder, IdentityFiles.Authorities), Cancellation) : unknown.Pem;
        using var stranger = unknown.Issue(_identities.Folder("stranger"), trusted, download: $"http://{place.LocalEndpoint}/ca.crt");
        var (them, us) = (new TlsLink(stranger), new TlsLink(_identities.Issue("silo", ClusterRole.Silo)));

        var (near, _) = await (ofClient ? Pairs.Refused(them, us, ClusterRole.Observer) : Pairs.Refused(us, them, ClusterRole.Observer));
        Assert.Equal($"{(ofClient ? "its" : "the silo's")} certificate is of no authority of this cluster", near);
        Assert.False(place.Pending());
    }

    /// <summary>The certificates in between come from the peer, and from nowhere else.</summary>
    [Fact]
    public async Task Certificate_of_an_authority_below_the_clusters_is_accepted()
    {
        using var top = new OtherAuthority("top");
        using var below = new OtherAuthority("below", top);
        using var client = below.Issue(_identities.Folder("client"), top.Pem);
        using var silo = below.Issue(_identities.Folder("silo"), top.Pem);

        var (near, far, peer) = await Pairs.Connect(new TlsLink(client), new TlsLink(silo), ClusterRole.Silo);
        Assert.Equal(ClusterRole.Silo, peer.Role);
        near.Abort(new());
        far.Abort(new());
    }

    public void Dispose() => _identities.Dispose();
}
