using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Sockets;
using Mnist.Distributed.Tests.Hosting.Identity;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Links;

/// <summary>
/// Bytes arrive over every link, and who may not come in is told why on both sides.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class LinkTests : IDisposable
{
    private readonly Identities _identities = new();
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Links => ["sockets", "sockets in a deep folder", "tls", "open"];

    [Theory]
    [MemberData(nameof(Links))]
    public async Task What_is_sent_arrives_both_ways_at_once(string kind)
    {
        var link = Make(kind);
        var (near, far, _) = await Pairs.Connect(link, link, ClusterRole.Silo);
        var (there, back) = (Pairs.Bytes(1), Pairs.Bytes(2));

        await Task.WhenAll(Pairs.Send(near, there), Pairs.Send(far, back), Pairs.Arrives(far, there), Pairs.Arrives(near, back));
        near.Abort(new());
        far.Abort(new());
    }

    [Fact]
    public void Sockets_are_for_this_user_and_their_ports_differ()
    {
        var link = (LocalLink)Make("sockets");
        var ports = link.TakePorts(20, IPAddress.Loopback);

        Assert.Equal(20, ports.Distinct().Count());
        Assert.Equal(ports.Order().Select(port => $"{port}"), Directory.EnumerateFiles(link.Folder).Select(Path.GetFileName).Order(Comparer<string?>.Create((a, b) => int.Parse(a!) - int.Parse(b!)))!);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(link.Folder));
    }

    [Fact]
    public void Socket_of_a_process_that_has_ended_is_replaced_and_one_of_a_living_process_is_not()
    {
        var link = (LocalLink)Make("sockets");
        var endpoint = new IPEndPoint(IPAddress.Loopback, 5);
        using var first = link.Listen(endpoint)!;
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(() => link.Listen(endpoint)).SocketErrorCode);

        // A bound socket that does not listen is what a killed process leaves.
        using var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var path = SocketPath.Of(link.Folder, "6");
        stale.Bind(path.EndPoint);
        using var second = link.Listen(new IPEndPoint(IPAddress.Loopback, 6));
        Assert.NotNull(second);
    }

    [Fact]
    public async Task Sockets_reach_no_other_machine()
    {
        var refusal = await Assert.ThrowsAsync<PeerRefusedException>(async () => await Make("sockets").Connect(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1), Cancellation));
        Assert.Contains("--identity", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ClusterRole.Operator, ClusterRole.Silo)]
    [InlineData(ClusterRole.Observer, ClusterRole.Silo)]
    [InlineData(ClusterRole.Observer, ClusterRole.Operator)]
    public async Task Role_that_is_too_low_is_refused_on_both_sides(ClusterRole role, ClusterRole needed)
    {
        var client = new TlsLink(_identities.Issue("kim", role));
        var (near, far) = await Pairs.Refused(client, Make("tls"), needed);

        Assert.Equal(near, far);
        Assert.Equal($"its certificate has the role {CertificateSubject.NameOf(role)}, but the role {CertificateSubject.NameOf(needed)} is needed here", near);
    }

    [Fact]
    public async Task Certificate_of_another_cluster_is_refused_by_the_client_before_it_says_anything()
    {
        using var others = new Identities();
        var (near, _) = await Pairs.Refused(new TlsLink(others.Issue("silo", ClusterRole.Silo)), Make("tls"), ClusterRole.Observer);

        Assert.Equal("the silo's certificate is of no authority of this cluster", near);
    }

    [Fact]
    public async Task Expired_certificate_is_refused()
    {
        var old = _identities.Issue("kim", ClusterRole.Operator, TimeSpan.FromMilliseconds(1));
        var (near, far) = await Pairs.Refused(new TlsLink(old), Make("tls"), ClusterRole.Observer);

        Assert.StartsWith("its certificate is valid from ", near, StringComparison.Ordinal);
        Assert.Equal(near, far);
    }

    [Theory]
    [InlineData("open", "tls")]
    [InlineData("tls", "open")]
    public async Task One_link_does_not_understand_the_other(string near, string far)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var (client, silo, greeting) = await Pairs.New(Make(near), Make(far));
        if (near == "open")
        {
            await Pairs.Send(client, Pairs.Bytes(1));
        }

        await Assert.ThrowsAnyAsync<Exception>(async () => await (near == "open" ? Make(far).Admit(silo, ClusterRole.Observer, deadline.Token) : Make(near).Greet(client, deadline.Token)));
        client.Abort(new());
        silo.Abort(new());
    }

    [Fact]
    public async Task Connection_ends_when_its_certificate_is_revoked_and_others_stay()
    {
        var silo = _identities.Issue("silo", ClusterRole.Silo);
        var link = new TlsLink(silo);
        var (kim, kimAtSilo, _) = await Pairs.Connect(new TlsLink(_identities.Issue("kim", ClusterRole.Operator)), link, ClusterRole.Observer);
        var (lee, leeAtSilo, _) = await Pairs.Connect(new TlsLink(_identities.Issue("lee", ClusterRole.Operator)), link, ClusterRole.Observer);
        var ended = new TaskCompletionSource();
        kimAtSilo.ConnectionClosed.Register(ended.SetResult);

        _identities.Authority.Revoke("kim");
        _identities.Authority.CopyTrust(silo.Folder);
        await ended.Task;

        Assert.False(leeAtSilo.ConnectionClosed.IsCancellationRequested);
        var bytes = Pairs.Bytes(3);
        await Task.WhenAll(Pairs.Send(lee, bytes), Pairs.Arrives(leeAtSilo, bytes));
        Array.ForEach([kim, lee, leeAtSilo], pipes => pipes.Abort(new()));
    }

    public void Dispose()
    {
        _identities.Dispose();
        _folder.Dispose();
    }

    private ClusterLink Make(string kind) => kind switch
    {
        "sockets" => new LocalLink(_folder["sockets"]),
        "sockets in a deep folder" => new LocalLink(_folder[Path.Combine(Enumerable.Repeat("a-folder-with-a-long-name", 8).ToArray())]),
        "tls" => new TlsLink(_identities.Issue("silo", ClusterRole.Silo)),
        _ => new OpenLink(),
    };
}
