using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Gateways;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Otlp;
using Mnist.Distributed.Hosting.Stores;
using Orleans.Configuration;
using Orleans.Runtime.Messaging;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// A running cluster that is found by its store or its gateways. Its silos may be on any machine.
/// </summary>
internal static class StoredCluster
{
    /// <summary>
    /// The time limits for attempts to connect. A silo that exists answers at once, but Orleans
    /// would go on for minutes to ask silos that do not. The first attempt is short because its
    /// silo may be lost meanwhile.
    /// </summary>
    private static readonly TimeSpan[] ConnectTimeouts = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)];

    /// <summary>
    /// How often the client reads which gateways exist. A gateway that has been cut off seems alive
    /// until the client reads that the cluster has removed it.
    /// </summary>
    private static readonly TimeSpan GatewayRefreshInterval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The silos of a cluster, as <see cref="Silos(IGrainFactory)"/> has them, with what they say
    /// themselves.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// The store or the gateways cannot be used, or none of the silos answers.
    /// </exception>
    public static async Task<IReadOnlyList<SiloState>> Silos(string cluster, IGatewaySource gateways, ClusterLink link)
    {
        await using var connection = await Connect(cluster, gateways, link);
        return await SiloAnswers.AddTo(await RetryingCall.Ask(() => Silos(connection.Grains)), connection.Grains);
    }

    /// <summary>
    /// The silos of a connected cluster: its members, and those that the others have declared dead,
    /// until a silo of the same name is there again. Silos that have left are not among them.
    /// </summary>
    public static async Task<IReadOnlyList<SiloState>> Silos(IGrainFactory grains)
    {
        var rows = await grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: false);
        var members = rows.Where(row => row.Status != SiloStatus.Dead).ToArray();
        var lost = rows
            .Where(IsLost)
            .ExceptBy(members.Select(member => member.SiloName), row => row.SiloName)
            .GroupBy(row => row.SiloName, (_, same) => same.MaxBy(row => row.StartTime)!);
        return
        [
            .. members.Concat(lost).OrderBy(row => row.SiloName, StringComparer.Ordinal)
                .Select(row => new SiloState(row.SiloName, null, row.SiloAddress.Endpoint.ToString(), SiloState.NameOf(row.Status), null, null)),
        ];
    }

    /// <summary>Connects to the cluster.</summary>
    /// <param name="cluster">Name of the cluster.</param>
    /// <param name="gateways">Where its gateways are found.</param>
    /// <param name="link">How this program reaches the silos.</param>
    /// <param name="sendsTelemetry">
    /// Whether the connection sends the telemetry of this process. Only one connection may.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// The store or the gateways cannot be used, or none of the silos answers.
    /// </exception>
    public static async Task<TrainingCluster> Connect(string cluster, IGatewaySource gateways, ClusterLink link, bool sendsTelemetry = true)
    {
        await gateways.Check(cluster);
        var failures = new List<Exception>();
        foreach (var timeout in ConnectTimeouts)
        {
            var host = Client(cluster, gateways, link, sendsTelemetry);
            using var attempt = new CancellationTokenSource(timeout);
            try
            {
                await host.StartAsync(attempt.Token).WaitAsync(timeout);
                return new TrainingCluster(host, host.Services.GetRequiredService<IClusterClient>());
            }
            catch (Exception silent) when (silent is SiloUnavailableException or ConnectionFailedException or TimeoutException or OperationCanceledException or OrleansLifecycleCanceledException)
            {
                failures.Add(silent);

                // The start of the client may go on for a while, and disposing waits for it.
                _ = Task.Run(host.Dispose);
                if (link.LastRefusal is { } refusal)
                {
                    throw new InvalidInputException($"No silo of cluster {cluster} lets this program in: {Printable.Of(refusal)}.", silent);
                }
            }
        }

        throw new InvalidInputException(
            $"No silo of cluster {cluster} answers ({gateways}): start its silos, or see that their addresses can be reached from here.", failures[^1]);
    }

    /// <summary>
    /// Whether others have declared the silo dead; a silo that leaves does so itself.
    /// </summary>
    private static bool IsLost(MembershipEntry row) =>
        row.Status == SiloStatus.Dead && row.SuspectTimes is { } votes && votes.Any(vote => !vote.Item1.Equals(row.SiloAddress));

    private static IHost Client(string cluster, IGatewaySource gateways, ClusterLink link, bool sendsTelemetry)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        if (sendsTelemetry)
        {
            builder.AddOtlpExport("mnist", cluster, $"{Environment.MachineName}-{Environment.ProcessId}");
        }

        builder.UseOrleansClient(client => client
            .JoinCluster(cluster, gateways, link)
            .Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = GatewayRefreshInterval));
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        return builder.Build();
    }
}
