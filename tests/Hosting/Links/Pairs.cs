using System.Buffers;
using System.Net;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Sockets;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Links;

/// <summary>The two ends of new connections: near is the client's, far is the silo's.</summary>
internal static class Pairs
{
    private const int Many = 3_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Connects two ends that do not know each other yet.</summary>
    public static async Task<(SocketPipes Near, SocketPipes Far, int Port)> New(ClusterLink client, ClusterLink silo)
    {
        var port = silo.TakePorts(1, IPAddress.Loopback)[0];
        var endpoint = new IPEndPoint(IPAddress.Loopback, port);
        using var listener = silo.Listen(endpoint)!;
        var accepting = listener.AcceptAsync(Cancellation);
        var near = await client.Connect(endpoint, Cancellation);
        return (new SocketPipes(near, endpoint), new SocketPipes(await accepting, endpoint), port);
    }

    /// <summary>Connects two ends that accept each other.</summary>
    public static async Task<(SocketPipes Near, SocketPipes Far, Peer Peer)> Connect(ClusterLink client, ClusterLink silo, ClusterRole least)
    {
        var (near, far, _) = await New(client, silo);
        var admitted = silo.Admit(far, least, Cancellation);
        await Task.WhenAll(client.Greet(near, Cancellation), admitted);
        return (near, far, await admitted);
    }

    /// <summary>Connects two ends that do not accept each other.</summary>
    /// <returns>What each end says about it.</returns>
    public static async Task<(string Near, string Far)> Refused(ClusterLink client, ClusterLink silo, ClusterRole least)
    {
        var (near, far, _) = await New(client, silo);
        var (greeting, admission) = (Reason(client.Greet(near, Cancellation), near), Reason(silo.Admit(far, least, Cancellation), far));
        return (await greeting, await admission);

        static async Task<string> Reason(Task attempt, SocketPipes pipes)
        {
            var refusal = await Assert.ThrowsAnyAsync<IOException>(() => attempt);
            pipes.Abort(new());
            return refusal.Message;
        }
    }

    /// <summary>Many bytes.</summary>
    public static byte[] Bytes(int seed)
    {
        var bytes = new byte[Many];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static async Task Send(SocketPipes pipes, byte[] bytes)
    {
        foreach (var piece in bytes.Chunk(700_000))
        {
            pipes.Output.Write(piece);
            await pipes.Output.FlushAsync(Cancellation);
        }
    }

    public static async Task Arrives(SocketPipes pipes, byte[] bytes)
    {
        var read = await pipes.Input.ReadAtLeastAsync(bytes.Length, Cancellation);
        Assert.True(read.Buffer.ToArray().AsSpan().SequenceEqual(bytes));
        pipes.Input.AdvanceTo(read.Buffer.End);
    }
}
