using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Tests.Hosting.Transport.Guard;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Security;

/// <summary>
/// Connections that send rubbish, nothing, one byte after another, or claim much, are ended. The
/// memory of the silos stays bounded, and a run goes on with the same bytes.
/// </summary>
public sealed class OpenPortsTests(SmallMnist data) : IAsyncDisposable
{
    private const string Cluster = SecureCluster.Name;
    private const int OfEachKind = 10;
    private const long MostMoreBytes = 400_000_000;

    private readonly SecureCluster _cluster = new(data);

    [Theory]
    [InlineData("tls")]
    [InlineData("insecure")]
    public async Task Bad_connections_are_ended_and_change_nothing(string transport)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Ports and memory of a process are read from /proc, which only Linux has.");
        await (transport == "tls" ? _cluster.Start(2) : _cluster.Silos.Start(2, _ => ["--Silo:Transport", transport]));
        ClusterLink link = transport == "tls" ? _cluster.Link("kim", ClusterRole.Operator) : new OpenLink();
        await using var cluster = await StoredCluster.Connect(Cluster, _cluster.Store, link);
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("run");
        var plan = _cluster.Plan(epochs: 100_000);
        await run.Start(plan, new RunOptions(), null, null);
        var before = _cluster.Silos.Pids.Select(Memory).ToArray();

        int[] ports = [.. _cluster.Silos.Pids.SelectMany(TcpListeners.Of)];
        Assert.Equal(4, ports.Length);
        Func<NetworkStream, Task>[] kinds = [Rubbish, Nothing, ByteByByte, ClaimMuch, Preamble];
        await Task.WhenAll(ports.SelectMany(port => kinds.SelectMany(kind => Enumerable.Range(0, OfEachKind).Select(_ => IsEnded(port, kind)))));

        Assert.All(before.Zip(_cluster.Silos.Pids.Select(Memory)), memory => Assert.InRange(memory.Second - memory.First, long.MinValue, MostMoreBytes));
        await run.Stop();
        var ended = await _cluster.EndsLikeThePlainTrainer(run, plan);
        Assert.InRange(ended.Step, 1, plan.TotalSteps);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private static long Memory(int pid) => Process.GetProcessById(pid).WorkingSet64;

    private static async Task Rubbish(NetworkStream stream)
    {
        var bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);
        await stream.WriteAsync(bytes);
    }

    private static Task Nothing(NetworkStream stream) => Task.CompletedTask;

    private static async Task ByteByByte(NetworkStream stream)
    {
        foreach (var one in Frames.Preamble(1000))
        {
            await stream.WriteAsync((byte[])[one]);
            await Task.Delay(100);
        }
    }

    private static async Task ClaimMuch(NetworkStream stream)
    {
        await stream.WriteAsync((byte[])[.. Frames.Preamble(), .. BitConverter.GetBytes(100), .. BitConverter.GetBytes(1_000_000_000)]);
        await stream.WriteAsync(new byte[1_000_000]);
    }

    /// <summary>A preamble whose contents are zeros.</summary>
    private static async Task Preamble(NetworkStream stream) => await stream.WriteAsync(Frames.Preamble());

    /// <summary>Returns when the silo has closed the connection.</summary>
    private async Task IsEnded(int port, Func<NetworkStream, Task> send)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, _cluster.Home.Guard);
        var stream = client.GetStream();
        try
        {
            var sending = send(stream);
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, _cluster.Home.Guard) > 0)
            {
                // A silo that is insecure sends its own preamble.
            }

            await sending;
        }
        catch (Exception ended) when (ended is IOException or SocketException)
        {
            // The silo has closed it while it was written to.
        }
    }
}
