using Microsoft.Extensions.DependencyInjection;
using Mnist.Distributed.Hosting.Transport;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>Makes silos and clients take part in the cluster of a name in a store.</summary>
public static class NamedCluster
{
    /// <summary>Names the application: what a store holds of it begins with this.</summary>
    public const string Service = "mnist";

    /// <summary>
    /// Makes a silo one of the cluster's. Grain state has the same form in every store.
    /// </summary>
    public static ISiloBuilder JoinCluster(this ISiloBuilder silo, string cluster, IClusterStore store)
    {
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, Service));
        store.AddTo(silo);
        silo.Services.AddSingleton<IGrainStorageSerializer>(services => new SealedStorageSerializer(services.GetRequiredService<Serializer>()));
        return silo;
    }

    /// <summary>Gives a silo that is alone storage in its own memory.</summary>
    public static ISiloBuilder KeepStateInProcess(this ISiloBuilder silo)
    {
        silo.Services.AddGrainStorage(
            ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (services, _) => new ProcessStorage(services.GetRequiredService<DeepCopier>()));
        return silo;
    }

    /// <summary>Makes a client one of the cluster's.</summary>
    public static IClientBuilder JoinCluster(this IClientBuilder client, string cluster, IClusterStore store)
    {
        client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, Service));
        store.AddTo(client);
        ForeignExceptions.Carry(client.Services);
        return client;
    }
}
