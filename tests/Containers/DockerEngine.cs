using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using Xunit;

namespace Mnist.Distributed.Tests.Containers;

/// <summary>Actions on containers other than start and pause.</summary>
internal sealed class DockerEngine : IDisposable
{
    private readonly DockerClient _client;

    private DockerEngine(DockerClient client) => _client = client;

    /// <summary>The engine that this user can reach; skips the test where there is none.</summary>
    public static async Task<DockerEngine> Connect(CancellationToken cancellation)
    {
        var endpoint = TestcontainersSettings.OS.DockerEndpointAuthConfig;
        Assert.SkipWhen(endpoint is null, "No Docker engine is configured here.");
        var client = endpoint.GetDockerClientBuilder(Guid.NewGuid()).Build();
        try
        {
            await client.System.PingAsync(cancellation);
            return new DockerEngine(client);
        }
        catch (Exception silent) when (silent is HttpRequestException or DockerApiException or TimeoutException or IOException)
        {
            client.Dispose();
            Assert.Skip($"No Docker engine answers at {endpoint.Endpoint}: {silent.Message}");
            throw;
        }
    }

    /// <summary>Kills what runs in a container.</summary>
    public Task Kill(IContainer container, CancellationToken cancellation) =>
        _client.Containers.KillContainerAsync(container.Id, new ContainerKillParameters { Signal = "SIGKILL" }, cancellation);

    /// <summary>Cuts a container off a network.</summary>
    public Task Disconnect(IContainer container, INetwork network, CancellationToken cancellation) =>
        _client.Networks.DisconnectNetworkAsync(network.Name, new NetworkDisconnectParameters { Container = container.Id, Force = true }, cancellation);

    /// <summary>Brings a container back to a network.</summary>
    public Task Connect(IContainer container, INetwork network, CancellationToken cancellation) =>
        _client.Networks.ConnectNetworkAsync(network.Name, new NetworkConnectParameters { Container = container.Id }, cancellation);

    public void Dispose() => _client.Dispose();
}
