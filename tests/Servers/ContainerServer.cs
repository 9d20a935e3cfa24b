using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Mnist.Distributed.Grains.Hosting;
using Mnist.Distributed.Tests.Containers;
using Xunit;

namespace Mnist.Distributed.Tests.Servers;

/// <summary>A database server in a container, for machines where none is installed. Its port outlives a crash of it.</summary>
internal sealed class ContainerServer : IServerHost
{
    private readonly DockerEngine _engine;
    private readonly IContainer _container;

    private ContainerServer(DockerEngine engine, IContainer container, int port)
    {
        _engine = engine;
        _container = container;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Starts a server; skips the test where no engine answers.</summary>
    public static async Task<ContainerServer> Start(int inside, Func<ContainerBuilder> builder)
    {
        var engine = await DockerEngine.Connect(TestContext.Current.CancellationToken);
        var port = FreePorts.Take(1)[0];
        var container = builder().WithPortBinding(port, inside).Build();
        await container.StartAsync();
        return new ContainerServer(engine, container, port);
    }

    public Task Crash() => _engine.Kill(_container, CancellationToken.None);

    public Task Restart() => _container.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _container.DisposeAsync();
        _engine.Dispose();
    }
}
