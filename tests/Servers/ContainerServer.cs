using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using Mnist.Distributed.Hosting.Sockets;
using Mnist.Distributed.Tests.Containers;
using Xunit;

namespace Mnist.Distributed.Tests.Servers;

/// <summary>
/// A database server in a container, for machines on which none is installed. It keeps its port
/// after a crash.
/// </summary>
internal sealed class ContainerServer : IServerHost
{
    private readonly DockerEngine _engine;
    private readonly INetwork _network;
    private readonly IContainer _container;

    private ContainerServer(DockerEngine engine, INetwork network, IContainer container, int port)
    {
        _engine = engine;
        _network = network;
        _container = container;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Starts a server; skips the test where no engine answers.</summary>
    public static async Task<ContainerServer> Start(int inside, Func<ContainerBuilder> builder)
    {
        var engine = await DockerEngine.Connect(TestContext.Current.CancellationToken);
        var port = FreePorts.Take(1)[0];
        var network = new NetworkBuilder().Build();
        var server = new ContainerServer(engine, network, builder().WithNetwork(network).WithPortBinding(port, inside).Build(), port);
        try
        {
            await network.CreateAsync();
            await server.Restart();
            return server;
        }
        catch (Exception)
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public Task Crash() => _engine.Kill(_container, CancellationToken.None);

    public Task Restart() => _container.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _container.DisposeAsync();
        await _network.DisposeAsync();
        _engine.Dispose();
    }
}
