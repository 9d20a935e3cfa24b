using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Stores;
using Orleans.Messaging;
using Orleans.Serialization;
using Orleans.Storage;

namespace Mnist.Distributed.Tests.Hosting.Stores;

/// <summary>Orleans' own clients of a store, as in a silo, but without the silo.</summary>
internal sealed class StoreParts(IClusterStore store) : IAsyncDisposable
{
    private readonly List<ServiceProvider> _providers = [];

    /// <summary>The membership table as another silo of the cluster sees it.</summary>
    public async Task<IMembershipTable> Membership(string cluster, CancellationToken cancellation)
    {
        await store.Create(cluster);
        var silo = new SiloParts();
        silo.JoinCluster(cluster, store, new NoLink());
        var table = Build(silo).GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true, cancellation);
        return table;
    }

    /// <summary>The gateways as a client of the cluster sees them.</summary>
    public async Task<IEnumerable<Uri>> Gateways(string cluster, CancellationToken cancellation)
    {
        await store.Check(cluster);
        var client = new ClientParts();
        client.JoinCluster(cluster, store, new NoLink());
        var gateways = Build(client).GetRequiredService<IGatewayListProvider>();
        await gateways.InitializeGatewayListProviderAsync(cancellation);
        return await gateways.GetGatewaysAsync(cancellation);
    }

    /// <summary>Grain storage as a silo of the cluster has it.</summary>
    public async Task<IGrainStorage> Storage(CancellationToken cancellation)
    {
        await store.Create("any");
        var silo = new SiloParts();
        silo.JoinCluster("any", store, new NoLink());
        silo.Services.AddSerializer(serializer => serializer.AddAssembly(typeof(RunRecord).Assembly));
        var storage = Build(silo).GetRequiredKeyedService<IGrainStorage>("Default");
        var lifecycle = new SiloLifecycleSubject(NullLogger<SiloLifecycleSubject>.Instance);
        ((ILifecycleParticipant<ISiloLifecycle>)storage).Participate(lifecycle);
        await lifecycle.OnStart(cancellation);
        return storage;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in _providers)
        {
            await provider.DisposeAsync();
        }

        SqliteConnection.ClearAllPools();
    }

    private ServiceProvider Build(Parts parts)
    {
        var provider = parts.Services.BuildServiceProvider();
        _providers.Add(provider);
        return provider;
    }

    private sealed class SiloParts : Parts, ISiloBuilder;

    private sealed class ClientParts : Parts, IClientBuilder;

    private abstract class Parts
    {
        public IServiceCollection Services { get; } = new ServiceCollection()
            .AddSingleton<ILoggerFactory, NullLoggerFactory>()
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));

        public IConfiguration Configuration { get; } = new ConfigurationBuilder().Build();
    }
}
