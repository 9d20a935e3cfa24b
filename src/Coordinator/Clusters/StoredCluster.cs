using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Otlp;
using Mnist.Distributed.Hosting.Stores;
using Orleans.Configuration;
using Orleans.Runtime.Messaging;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// A running cluster that is found by its store. Its silos may be on any machine.
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
    /// The silos in the cluster's membership, without those that have left or are dead.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// The store cannot be used, does not know the cluster, or none of its silos answers.
    /// </exception>
    public static async Task<IReadOnlyList<SiloState>> Silos(string cluster, IClusterStore store)
    {
        await using var connection = await Connect(cluster, store);
        return await RetryingCall.Ask(() => Silos(connection.Grains));
    }

    /// <summary>
    /// The silos in the membership of a connected cluster, without those that have left or are
    /// dead.
    /// </summary>
    public static async Task<IReadOnlyList<SiloState>> Silos(IGrainFactory grains)
    {
        var members = await grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: false);
        return
        [
            .. members.Where(member => member.Status != SiloStatus.Dead).OrderBy(member => member.SiloName, StringComparer.Ordinal)
                .Select(member => new SiloState(member.SiloName, null, member.SiloAddress.Endpoint.ToString(), SiloState.NameOf(member.Status), null, null)),
        ];
    }

    /// <summary>Connects to the cluster.</summary>
    /// <param name="cluster">Name of the cluster.</param>
    /// <param name="store">The store.</param>
    /// <param name="sendsTelemetry">
    /// Whether the connection sends the telemetry of this process. Only one connection may.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// The store cannot be used, does not know the cluster, or none of its silos answers.
    /// </exception>
    public static async Task<TrainingCluster> Connect(string cluster, IClusterStore store, bool sendsTelemetry = true)
    {
        await store.Check(cluster);
        var failures = new List<Exception>();
        foreach (var timeout in ConnectTimeouts)
        {
            var host = Client(cluster, store, sendsTelemetry);
            try
            {
                await host.StartAsync().WaitAsync(timeout);
                return new TrainingCluster(host, host.Services.GetRequiredService<IClusterClient>());
            }
            catch (Exception silent) when (silent is SiloUnavailableException or ConnectionFailedException or TimeoutException)
            {
                failures.Add(silent);

                // The start of the client may go on for a while, and disposing waits for it.
                _ = Task.Run(host.Dispose);
            }
        }

        throw new InvalidInputException(
            $"No silo of cluster {cluster} answers ({store}): start its silos, or see that their addresses can be reached from here.", failures[^1]);
    }

    private static IHost Client(string cluster, IClusterStore store, bool sendsTelemetry)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddFilter("Orleans", LogLevel.Warning);
        if (sendsTelemetry)
        {
            builder.AddOtlpExport("mnist", cluster, $"{Environment.MachineName}-{Environment.ProcessId}");
        }

        builder.UseOrleansClient(client => client
            .JoinCluster(cluster, store)
            .Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = GatewayRefreshInterval));
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        return builder.Build();
    }
}
