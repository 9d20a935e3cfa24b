using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Tests.Hosting.Identity;
using Mnist.Distributed.Tests.Servers;

namespace Mnist.Distributed.Tests.Containers;

/// <summary>
/// A database server and silos, each in a container of its own, on a network of their own.
/// </summary>
internal sealed class ContainerCluster : IAsyncDisposable
{
    /// <summary>Name of the cluster.</summary>
    public const string Name = "demo";

    private const string Data = "/data";
    private const string Identity = "/identity";

    /// <summary>The user in the image of silos.</summary>
    private const uint User = 1654;

    private readonly string _image;
    private readonly string _data;
    private readonly string _store;
    private readonly IContainer _server;
    private readonly Identities _identities = new(Name);

    private ContainerCluster(string image, string data, StoreKind kind)
    {
        _image = image;
        _data = data;
        Network = new NetworkBuilder().Build();
        (_server, _store) = kind == StoreKind.Redis
            ? (Server(Images.Redis)
                    .WithCommand("redis-server", "--appendonly", "yes", "--protected-mode", "no")
                    .WithWaitStrategy(Wait.ForUnixContainer().UntilCommandIsCompleted("redis-cli", "ping"))
                    .Build(),
                "redis:store:6379")
            : (Server(Images.PostgreSql)
                    .WithEnvironment("POSTGRES_PASSWORD", "mnist")
                    .WithWaitStrategy(Wait.ForUnixContainer().UntilCommandIsCompleted("pg_isready", "-h", "127.0.0.1"))
                    .Build(),
                "postgresql:Host=store;Username=postgres;Password=mnist;Database=postgres");
        Silos = [.. Enumerable.Range(1, 3).Select(i => Programs($"silo-{i}", ClusterRole.Silo)
            .WithEnvironment("Silo__Identity", Identity)
            .WithEnvironment("Silo__Name", $"silo-{i}")
            .WithEnvironment("Silo__Cluster", Name)
            .WithEnvironment("Silo__Store", _store)
            .WithEnvironment("Silo__ComputeThreads", "1")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("is active at"))
            .Build())];
    }

    /// <summary>The network.</summary>
    public INetwork Network { get; }

    /// <summary>The silos.</summary>
    public IReadOnlyList<IContainer> Silos { get; }

    /// <summary>
    /// Starts a cluster of three silos that find the folder <paramref name="data"/> in their
    /// containers.
    /// </summary>
    public static async Task<ContainerCluster> Start(string image, string data, StoreKind kind, CancellationToken cancellation)
    {
        var cluster = new ContainerCluster(image, data, kind);
        try
        {
            await cluster.Network.CreateAsync(cancellation);
            await cluster._server.StartAsync(cancellation);
            await Task.WhenAll(cluster.Silos.Select(silo => silo.StartAsync(cancellation)));
            return cluster;
        }
        catch (Exception)
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts <c>mnist train</c> on the cluster, in a further container.</summary>
    public Task<CommandContainer> Train(CancellationToken cancellation, params string[] arguments) => CommandContainer.Start(
        Programs("kim", ClusterRole.Operator).WithEntrypoint("mnist").WithEnvironment("MNIST_IDENTITY", Identity).WithEnvironment("MNIST_STORE", _store).WithCommand(["train", "--data", Data, "--cluster", Name, "--json", .. arguments]),
        cancellation);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Silos.Append(_server).Select(container => container.DisposeAsync().AsTask()));
        await Network.DisposeAsync();
        _identities.Dispose();
    }

    private ContainerBuilder Server(string image) => new ContainerBuilder(image).WithNetwork(Network).WithNetworkAliases("store");

    /// <summary>Takes rights away from a container that silos do not need.</summary>
    private static void Close(CreateContainerParameters container)
    {
        container.HostConfig ??= new HostConfig();
        container.HostConfig.CapDrop = ["ALL"];
        container.HostConfig.SecurityOpt = ["no-new-privileges"];
    }

    /// <summary>The image with the data, and an identity that only its user can read.</summary>
    private ContainerBuilder Programs(string name, ClusterRole role)
    {
        _identities.Issue(name, role).Dispose();
        return new ContainerBuilder(_image).WithNetwork(Network).WithCreateParameterModifier(Close)
            .WithResourceMapping(new DirectoryInfo(_data), Data)
            .WithResourceMapping(new DirectoryInfo(_identities.Folder(name)), Identity, User, User, UnixFileModes.UserRead);
    }
}
