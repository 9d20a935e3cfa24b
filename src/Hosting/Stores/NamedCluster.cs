using Microsoft.Extensions.DependencyInjection;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Hosting.Transport;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>Connects silos and clients to a named cluster in a store.</summary>
public static class NamedCluster
{
    /// <summary>
    /// The service id of the application in Orleans. All names in a store begin with it.
    /// </summary>
    public const string Service = "mnist";

    /// <summary>
    /// Configures a silo to join a cluster. The stored form of grain state is the same in every
    /// store.
    /// </summary>
    public static ISiloBuilder JoinCluster(this ISiloBuilder silo, string cluster, IClusterStore store)
    {
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, Service));
        store.AddTo(silo);
        silo.Services.AddSingleton<IGrainStorageSerializer>(services => new SealedStorageSerializer(services.GetRequiredService<Serializer>()));
        return silo;
    }

    /// <summary>
    /// Configures grain storage in the memory of the process, for a cluster of one silo.
    /// </summary>
    public static ISiloBuilder KeepStateInProcess(this ISiloBuilder silo)
    {
        silo.Services.AddGrainStorage(
            ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (services, _) => new ProcessStorage(services.GetRequiredService<DeepCopier>()));
        return silo;
    }

    /// <summary>Configures a client to connect to a cluster.</summary>
    public static IClientBuilder JoinCluster(this IClientBuilder client, string cluster, IClusterStore store)
    {
        client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, Service));
        client.Configure<ClientMessagingOptions>(options => options.MaxMessageBodySize = StateLimits.MostMessageBytes);
        store.AddTo(client);
        ForeignExceptions.Carry(client.Services);
        return client;
    }
}
