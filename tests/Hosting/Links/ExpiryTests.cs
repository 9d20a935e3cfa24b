using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Sockets;
using Mnist.Distributed.Tests.Hosting.Identity;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Links;

/// <summary>A connection ends when the certificate expires with which it began.</summary>
public sealed class ExpiryTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromDays(1);
    private static readonly TimeSpan Long = TimeSpan.FromDays(100);

    private readonly Identities _identities = new();
    private readonly SetClock _clock = new();

    [Fact]
    public async Task Silo_ends_the_connection_of_an_expired_client_and_others_stay()
    {
        var silo = new TlsLink(_identities.Issue("silo", ClusterRole.Silo, Long, _clock));
        var (kim, kimAtSilo, _) = await Pairs.Connect(new TlsLink(_identities.Issue("kim", ClusterRole.Operator, Short)), silo, ClusterRole.Observer);
        var (lee, leeAtSilo, _) = await Pairs.Connect(new TlsLink(_identities.Issue("lee", ClusterRole.Operator, Long)), silo, ClusterRole.Observer);
        var ended = EndOf(kimAtSilo);

        _clock.Advance(Short * 2);
        await ended;

        var bytes = Pairs.Bytes(1);
        await Task.WhenAll(Pairs.Send(lee, bytes), Pairs.Arrives(leeAtSilo, bytes));
        Assert.False(leeAtSilo.ConnectionClosed.IsCancellationRequested);
        Array.ForEach([kim, lee, leeAtSilo], pipes => pipes.Abort(new()));
    }

    [Fact]
    public async Task Client_leaves_a_silo_that_has_expired()
    {
        var client = new TlsLink(_identities.Issue("kim", ClusterRole.Operator, Long, _clock));
        var (near, far, _) = await Pairs.Connect(client, new TlsLink(_identities.Issue("silo", ClusterRole.Silo, Short)), ClusterRole.Observer);
        var ended = EndOf(near);

        _clock.Advance(Short * 2);
        await ended;
        far.Abort(new());
    }

    public void Dispose() => _identities.Dispose();

    private static Task EndOf(SocketPipes pipes)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        pipes.ConnectionClosed.Register(ended.SetResult);
        return ended.Task.WaitAsync(TestContext.Current.CancellationToken);
    }
}
