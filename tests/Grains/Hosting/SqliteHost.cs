using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mnist.Distributed.Grains.Hosting;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Tests.Training.Files;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Serialization;
using Orleans.Storage;

namespace Mnist.Distributed.Tests.Grains.Hosting;

/// <summary>Orleans' own clients of the store, as a silo has them, without the silo.</summary>
internal sealed class SqliteHost : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SqliteHost() => SqliteStore.Create(Path);

    public string Path => _folder["cluster.db"];

    /// <summary>The membership table as another silo of the cluster sees it.</summary>
    public async Task<IMembershipTable> Membership(string cluster, CancellationToken cancellation)
    {
        var silo = new SiloParts(cluster);
        silo.UseSqliteStore(Path);
        var table = silo.Services.BuildServiceProvider().GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true, cancellation);
        return table;
    }

    /// <summary>The gateways as a client of the cluster sees them.</summary>
    public async Task<IEnumerable<Uri>> Gateways(string cluster, CancellationToken cancellation)
    {
        var client = new ClientParts(cluster);
        client.UseSqliteStore(Path);
        var gateways = client.Services.BuildServiceProvider().GetRequiredService<IGatewayListProvider>();
        await gateways.InitializeGatewayListProviderAsync(cancellation);
        return await gateways.GetGatewaysAsync(cancellation);
    }

    /// <summary>Grain storage as a silo of the cluster has it.</summary>
    public async Task<IGrainStorage> Storage(CancellationToken cancellation)
    {
        var silo = new SiloParts("any");
        silo.UseSqliteStore(Path);
        silo.Services.AddSerializer(serializer => serializer.AddAssembly(typeof(RunRecord).Assembly));
        var storage = silo.Services.BuildServiceProvider().GetRequiredKeyedService<IGrainStorage>("Default");
        var lifecycle = new SiloLifecycleSubject(NullLogger<SiloLifecycleSubject>.Instance);
        ((ILifecycleParticipant<ISiloLifecycle>)storage).Participate(lifecycle);
        await lifecycle.OnStart(cancellation);
        return storage;
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    private sealed class SiloParts(string cluster) : Parts(cluster), ISiloBuilder;

    private sealed class ClientParts(string cluster) : Parts(cluster), IClientBuilder;

    private abstract class Parts
    {
        protected Parts(string cluster) => Services
            .AddSingleton<ILoggerFactory, NullLoggerFactory>()
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, "mnist"));

        public IServiceCollection Services { get; } = new ServiceCollection();

        public IConfiguration Configuration { get; } = new ConfigurationBuilder().Build();
    }
}
