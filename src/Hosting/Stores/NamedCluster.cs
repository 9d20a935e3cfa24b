using Microsoft.Extensions.DependencyInjection;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Hosting.Access;
using Mnist.Distributed.Hosting.Gateways;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Links;
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
    /// <param name="silo">The silo.</param>
    /// <param name="cluster">The name of the cluster.</param>
    /// <param name="store">Its store.</param>
    /// <param name="link">How its processes reach each other.</param>
    /// <param name="identity">Signs what the silo stores; null for no signatures.</param>
    public static ISiloBuilder JoinCluster(this ISiloBuilder silo, string cluster, IClusterStore store, ClusterLink link, IdentityWatch? identity = null)
    {
        BulkTransport.Use(silo.Services, link);
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, Service));
        store.AddTo(silo);
        silo.Services.AddSingleton<IGrainStorageSerializer>(services => new SealedStorageSerializer(services.GetRequiredService<Serializer>(), identity));
        return silo;
    }

    /// <summary>
    /// Configures a cluster of one silo: grain storage is in the memory of the process and in files
    /// of its own, and no other process can connect.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="files">The files of the states that survive the process.</param>
    public static ISiloBuilder KeepInProcess(this ISiloBuilder silo, StateFiles files)
    {
        BulkTransport.Use(silo.Services, new NoLink());
        silo.Services.AddSingleton(services => new FileStorage(
            files,
            new ProcessStorage(services.GetRequiredService<DeepCopier>()),
            new SealedStorageSerializer(services.GetRequiredService<Serializer>(), identity: null)));
        silo.Services.AddGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (services, _) => services.GetRequiredService<FileStorage>());
        return silo;
    }

    /// <summary>Configures a client to connect to a cluster.</summary>
    /// <param name="client">The client.</param>
    /// <param name="cluster">The name of the cluster.</param>
    /// <param name="gateways">Where its gateways are found.</param>
    /// <param name="link">How its processes reach each other.</param>
    public static IClientBuilder JoinCluster(this IClientBuilder client, string cluster, IGatewaySource gateways, ClusterLink link)
    {
        BulkTransport.Use(client.Services, link);
        if (link is TlsLink { Identity: var identity })
        {
            client.AddOutgoingGrainCallFilter(new OwnRoleFilter(identity));
        }

        client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, Service));
        client.Configure<ClientMessagingOptions>(options => options.MaxMessageBodySize = StateLimits.MostMessageBytes);
        gateways.AddTo(client);
        ForeignExceptions.Carry(client.Services);
        return client;
    }
}
