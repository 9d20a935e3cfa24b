using System.Globalization;
using DotNet.Testcontainers.Builders;
using Mnist.Distributed.Tests.Containers;
using Mnist.Distributed.Tests.Processes;

namespace Mnist.Distributed.Tests.Servers;

/// <summary>
/// A Redis server that keeps every write: its append-only file is synchronised with each.
/// </summary>
internal sealed class RedisServer : IStoreServer
{
    private readonly IServerHost _host;
    private int _stores;

    private RedisServer(IServerHost host) => _host = host;

    /// <summary>
    /// Starts a server: the installed one, else one in a container. Skips the test if neither is
    /// available.
    /// </summary>
    /// <remarks>
    /// The server must not set its process title, which overwrites its environment. The environment
    /// has the mark by which the server is ended if the tests are aborted.
    /// </remarks>
    /// <param name="options">Further options of <c>redis-server</c>.</param>
    public static async Task<RedisServer> Start(params string[] options)
    {
        string[] all = ["--set-proc-title", "no", "--databases", "1000", "--save", "", "--appendonly", "yes", "--appendfsync", "always", .. options];
        if (ServerProcess.Find("redis-server", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin") is not { } program)
        {
            return new RedisServer(await ContainerServer.Start(6379, () => new ContainerBuilder(Images.Redis)
                .WithCommand(["redis-server", "--protected-mode", "no", .. all])
                .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("Ready to accept connections"))));
        }

        var local = new LocalServer(
            (folder, port) => ServerProcess.Start(
                "Ready to accept connections", program, ["--port", $"{port}", "--bind", "127.0.0.1", "--dir", folder, .. all]),
            Signals.Kill);
        await local.Restart();
        return new RedisServer(local);
    }

    public Task<string> NewStore() => Task.FromResult(string.Create(
        CultureInfo.InvariantCulture, $"redis:127.0.0.1:{_host.Port},defaultDatabase={Interlocked.Increment(ref _stores) - 1}"));

    public Task Crash() => _host.Crash();

    public Task Restart() => _host.Restart();

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
