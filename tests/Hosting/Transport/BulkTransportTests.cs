using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Transport;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Transport;

/// <summary>
/// Bytes arrive as they were sent, and a connection can be closed whatever the peer does.
/// </summary>
public sealed class BulkTransportTests : IAsyncDisposable
{
    private const int Many = 8 * 1024 * 1024;

    private readonly ServiceProvider _services;

    public BulkTransportTests()
    {
        var services = new ServiceCollection();
        services.AddOptions();
        services.AddKeyedSingleton<IConnectionFactory>("silo", (_, _) => throw new NotSupportedException());
        services.AddKeyedSingleton<IConnectionListenerFactory>("silo", (_, _) => throw new NotSupportedException());
        BulkTransport.Use(services, new OpenLink());
        _services = services.BuildServiceProvider();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::")]
    public async Task What_is_sent_arrives(string address)
    {
        var listen = IPAddress.Parse(address);
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6 || address == "127.0.0.1", "There is no IPv6 here.");
        var (near, far) = await Connect(listen, address == "::" ? IPAddress.Loopback : listen);
        var sent = new byte[Many];
        new Random(1).NextBytes(sent);

        var sending = Send(near.Transport.Output, sent);
        Assert.Equal(sent, await Receive(far.Transport.Input, sent.Length));
        await sending;
        near.Abort();
        Assert.True((await Ended(far.Transport.Input)).IsEmpty);
        await near.DisposeAsync();
        await far.DisposeAsync();
    }

    /// <summary>
    /// Orleans cancels the flush and completes the writer before it aborts the connection.
    /// </summary>
    [Fact]
    public async Task A_connection_whose_peer_takes_nothing_is_completed_at_once()
    {
        var (near, far) = await Connect(IPAddress.Loopback, IPAddress.Loopback);
        near.Transport.Output.Write(new byte[Many]);
        var flushing = near.Transport.Output.FlushAsync(TestContext.Current.CancellationToken);
        Assert.False(flushing.IsCompleted);

        near.Transport.Output.CancelPendingFlush();
        Assert.True((await flushing).IsCanceled);
        await Task.Run(() => near.Transport.Output.Complete(), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        var closed = new TaskCompletionSource();
        near.ConnectionClosed.Register(closed.SetResult);
        near.Abort();
        await closed.Task;
        await near.DisposeAsync();
        await far.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_there_is_said_so()
    {
        var port = Mnist.Distributed.Hosting.Sockets.FreePorts.Take(1)[0];
        var factory = _services.GetRequiredKeyedService<IConnectionFactory>("silo");
        await Assert.ThrowsAsync<Orleans.Networking.Shared.SocketConnectionException>(async () =>
            await factory.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), TestContext.Current.CancellationToken));
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<(ConnectionContext Near, ConnectionContext Far)> Connect(IPAddress listen, IPAddress reach)
    {
        await using var listener = await _services.GetRequiredKeyedService<IConnectionListenerFactory>("silo").BindAsync(new IPEndPoint(listen, 0));
        var near = await _services.GetRequiredKeyedService<IConnectionFactory>("silo").ConnectAsync(new IPEndPoint(reach, ((IPEndPoint)listener.EndPoint).Port));
        return (near, (await listener.AcceptAsync())!);
    }

    private static async Task Send(PipeWriter output, ReadOnlyMemory<byte> bytes)
    {
        for (var start = 0; start < bytes.Length; start += 1_000_000)
        {
            output.Write(bytes.Span[start..Math.Min(start + 1_000_000, bytes.Length)]);
            await output.FlushAsync();
        }
    }

    private static async Task<byte[]> Receive(PipeReader input, int length)
    {
        var read = await input.ReadAtLeastAsync(length);
        var bytes = read.Buffer.Slice(0, length).ToArray();
        input.AdvanceTo(read.Buffer.GetPosition(length));
        return bytes;
    }

    private static async Task<ReadOnlySequence<byte>> Ended(PipeReader input)
    {
        try
        {
            return (await input.ReadAsync()).Buffer;
        }
        catch (IOException)
        {
            return ReadOnlySequence<byte>.Empty;
        }
    }
}
