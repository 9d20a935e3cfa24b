using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mnist.Distributed.Benchmarks.Comparison;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Sockets;
using Mnist.Distributed.Hosting.Transport;
using Mnist.Distributed.Training.Vectors;
using Orleans.Configuration;

namespace Mnist.Distributed.Benchmarks.Wire;

/// <summary>
/// Measures the time to send one step's vectors between two silo processes of this machine. A plain
/// socket that sends the same bytes there and back is the comparison.
/// </summary>
internal static class WireCost
{
    private const int Rounds = 15;
    private const int Warm = 2000;

    /// <summary>Bytes of the vectors; the first is the vector of the recipe's MLP.</summary>
    private static readonly int[] Sizes = [318_080, 80_000, 20_000, 1_666_000];

    /// <summary>Prints the round trips, in microseconds.</summary>
    public static async Task Run()
    {
        var ports = FreePorts.Take(8);
        using var own = Start(ports[0], ports[1], ports[0], bulk: true);
        await own.StartAsync();
        using var plain = Start(ports[2], ports[3], ports[2], bulk: false);
        await plain.StartAsync();
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["wire-peer", .. ports.Select(port => port.ToString(CultureInfo.InvariantCulture))]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var peer = Process.Start(start)!;
        try
        {
            await peer.StandardOutput.ReadLineAsync();
            using var socket = new TcpClient { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, ports[6]);
            var bulk = Peer(own);
            var slow = Peer(plain);
            Console.WriteLine($"{"bytes each way",14} {"socket",8} {"near",8} {"sent",8} {"Orleans",8}   us, medians of {Rounds} turns; near, sent and Orleans' own transport as multiples of the socket");
            foreach (var size in Sizes)
            {
                var vector = new FlatVector(size / sizeof(float), shared: true);
                var bytes = new byte[size];
                Func<Task>[] contenders =
                [
                    () => EchoBySocket(socket.GetStream(), bytes),
                    () => bulk.Echo(vector.Wire.SharedReference, near: true),
                    () => bulk.Echo(vector.Wire, near: false),
                    () => slow.Echo(vector.Wire, near: false),
                ];
                var times = await Measure(contenders);
                Console.WriteLine($"{size,14:N0} {times[0],8:N0} {times[1],8:N0} {times[2],8:N0} {times[3],8:N0}   {times[1] / times[0]:F2} {times[2] / times[0]:F2} {times[3] / times[0]:F2}");
            }

            var empty = await Measure([bulk.Empty, slow.Empty]);
            Console.WriteLine($"{"empty call",14} {"",8} {"",8} {empty[0],8:N0} {empty[1],8:N0}");
        }
        finally
        {
            peer.StandardInput.Close();
            await peer.WaitForExitAsync();
            await own.StopAsync();
            await plain.StopAsync();
        }
    }

    /// <summary>
    /// The other process: it joins both clusters and answers on a socket, until its input ends.
    /// </summary>
    public static async Task Serve(int[] ports)
    {
        using var own = Start(ports[4], ports[5], ports[0], bulk: true);
        var second = FreePorts.Take(1)[0];
        using var plain = Start(ports[7], second, ports[2], bulk: false);
        await own.StartAsync();
        await plain.StartAsync();
        using var listener = new TcpListener(IPAddress.Loopback, ports[6]);
        listener.Start();
        Console.WriteLine("ready");
        using var client = await listener.AcceptTcpClientAsync();
        client.NoDelay = true;
        var echo = AnswerOnSocket(client.GetStream());
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        await own.StopAsync();
        await plain.StopAsync();
    }

    private static async Task<double[]> Measure(Func<Task>[] contenders)
    {
        foreach (var contender in contenders)
        {
            for (var i = 0; i < Warm; i++)
            {
                await contender();
            }
        }

        var times = contenders.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (contender, measured) in contenders.Zip(times))
            {
                const int Calls = 200;
                var start = Stopwatch.GetTimestamp();
                for (var i = 0; i < Calls; i++)
                {
                    await contender();
                }

                measured.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / Calls);
            }
        }

        return [.. times.Select(measured => measured.Median())];
    }

    private static IEchoService Peer(IHost host)
    {
        var self = host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        var others = host.Services.GetRequiredService<ISiloStatusOracle>().GetApproximateSiloStatuses(onlyActive: true).Keys;
        return host.Services.GetRequiredService<EchoClient>().On(others.Single(silo => !silo.Equals(self)));
    }

    private static IHost Start(int port, int gateway, int primary, bool bulk)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(port, gateway, new IPEndPoint(IPAddress.Loopback, primary));
            silo.Configure<ClusterMembershipOptions>(options => options.NumVotesForDeathDeclaration = 1);
            silo.AddGrainService<EchoService>();
            silo.Services.AddSingleton<EchoClient>();
            if (bulk)
            {
                BulkTransport.Use(silo.Services, new OpenLink());
            }
        });
        return builder.Build();
    }

    private static async Task EchoBySocket(NetworkStream stream, byte[] bytes)
    {
        await stream.WriteAsync(BitConverter.GetBytes(bytes.Length));
        await stream.WriteAsync(bytes);
        await stream.ReadExactlyAsync(bytes);
    }

    private static async Task AnswerOnSocket(NetworkStream stream)
    {
        var length = new byte[sizeof(int)];
        var bytes = Array.Empty<byte>();
        while (await stream.ReadAtLeastAsync(length, length.Length, throwOnEndOfStream: false) == length.Length)
        {
            var size = BitConverter.ToInt32(length);
            bytes = bytes.Length >= size ? bytes : new byte[size];
            await stream.ReadExactlyAsync(bytes.AsMemory(0, size));
            await stream.WriteAsync(bytes.AsMemory(0, size));
        }
    }
}
