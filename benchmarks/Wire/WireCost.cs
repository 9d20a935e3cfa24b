using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mnist.Distributed.Benchmarks.Comparison;
using Mnist.Distributed.Hosting.Identity;
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
        var identities = Directory.CreateTempSubdirectory("mnist-wire-").FullName;
        using var authority = ClusterAuthority.Create(Path.Combine(identities, "authority"), "wire");
        var ports = FreePorts.Take(7);
        var silos = Start(Issue(authority, identities, "one"), ports[..6], ports[..6]);
        var peerStart = new ProcessStartInfo(
            Environment.ProcessPath!,
            ["wire-peer", Issue(authority, identities, "two"), .. ports.Select(port => port.ToString(CultureInfo.InvariantCulture))])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        await Task.WhenAll(silos.Select(silo => silo.StartAsync()));
        using var peer = Process.Start(peerStart)!;
        try
        {
            await peer.StandardOutput.ReadLineAsync();
            using var socket = new TcpClient { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, ports[6]);
            var (open, tls, orleans) = (Peer(silos[0]), Peer(silos[1]), Peer(silos[2]));
            Console.WriteLine($"{"bytes each way",14} {"socket",8} {"near",8} {"sent",8} {"TLS",8} {"Orleans",8}   us, medians of {Rounds} turns; then near, sent, TLS and Orleans' own transport as multiples of the socket");
            foreach (var size in Sizes)
            {
                var vector = new FlatVector(size / sizeof(float), shared: true);
                var bytes = new byte[size];
                Func<Task>[] contenders =
                [
                    () => EchoBySocket(socket.GetStream(), bytes),
                    () => open.Echo(vector.Wire.SharedReference, near: true),
                    () => open.Echo(vector.Wire, near: false),
                    () => tls.Echo(vector.Wire, near: false),
                    () => orleans.Echo(vector.Wire, near: false),
                ];
                var times = await Measure(contenders);
                Console.WriteLine($"{size,14:N0} {string.Join(' ', times.Select(time => $"{time,8:N0}"))}   {string.Join(' ', times.Skip(1).Select(time => $"{time / times[0]:F2}"))}");
            }

            var empty = await Measure([open.Empty, tls.Empty, orleans.Empty]);
            Console.WriteLine($"{"empty call",14} {"",8} {"",8} {string.Join(' ', empty.Select(time => $"{time,8:N0}"))}");
        }
        finally
        {
            peer.StandardInput.Close();
            await peer.WaitForExitAsync();
            await End(silos);
            Directory.Delete(identities, recursive: true);
        }
    }

    /// <summary>
    /// The other process: it joins the clusters and answers on a socket, until its input ends.
    /// </summary>
    /// <param name="identity">The folder of its identity.</param>
    /// <param name="ports">The ports of the first silos, then the port of the plain
    /// socket.</param>
    public static async Task Serve(string identity, int[] ports)
    {
        var silos = Start(identity, FreePorts.Take(6), ports[..6]);
        await Task.WhenAll(silos.Select(silo => silo.StartAsync()));
        using var listener = new TcpListener(IPAddress.Loopback, ports[6]);
        listener.Start();
        Console.WriteLine("ready");
        using var client = await listener.AcceptTcpClientAsync();
        client.NoDelay = true;
        var echo = AnswerOnSocket(client.GetStream());
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        await End(silos);
    }

    private static async Task End(IHost[] silos)
    {
        await Task.WhenAll(silos.Select(silo => silo.StopAsync()));
        Array.ForEach(silos, silo => silo.Dispose());
    }

    private static string Issue(ClusterAuthority authority, string folder, string name)
    {
        var identity = Path.Combine(folder, name);
        authority.Issue(name, ClusterRole.Silo, TimeSpan.FromDays(1), identity).Dispose();
        return identity;
    }

    /// <summary>Three silos, each of a cluster of its own: with our transport, with our transport
    /// and TLS, and with the transport of Orleans.</summary>
    private static IHost[] Start(string identity, int[] ports, int[] primaries)
    {
        ClusterLink?[] links = [new OpenLink(), new TlsLink(new IdentityWatch(identity)), null];
        return [.. links.Select((link, i) => Start(ports[2 * i], ports[(2 * i) + 1], primaries[2 * i], link))];
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

    private static IHost Start(int port, int gateway, int primary, ClusterLink? link)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(port, gateway, new IPEndPoint(IPAddress.Loopback, primary));
            silo.Configure<ClusterMembershipOptions>(options => options.NumVotesForDeathDeclaration = 1);
            silo.AddGrainService<EchoService>();
            silo.Services.AddSingleton<EchoClient>();
            if (link is not null)
            {
                BulkTransport.Use(silo.Services, link);
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
