using System.Globalization;
using Mnist.Distributed.Grains.Hosting;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Servers;

/// <summary>A Redis server that keeps every write: its append-only file is synchronised with each.</summary>
internal sealed class RedisServer : IStoreServer
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _program;
    private readonly string[] _options;
    private ServerProcess? _process;
    private int _stores;

    private RedisServer(string program, string[] options)
    {
        _program = program;
        _options = options;
    }

    public int Port { get; } = FreePorts.Take(1)[0];

    /// <summary>Starts a server; skips the test where none is installed.</summary>
    /// <param name="options">Further options of <c>redis-server</c>.</param>
    public static async Task<RedisServer> Start(params string[] options)
    {
        var program = ServerProcess.Find("redis-server", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin");
        Assert.SkipWhen(program is null, "redis-server is not installed.");
        var server = new RedisServer(program, options);
        await server.Restart();
        return server;
    }

    public Task<string> NewStore() => Task.FromResult(string.Create(
        CultureInfo.InvariantCulture, $"redis:127.0.0.1:{Port},defaultDatabase={Interlocked.Increment(ref _stores) - 1}"));

    public async Task Crash()
    {
        await _process!.End(Signals.Kill);
        _process = null;
    }

    public async Task Restart() => _process = await ServerProcess.Start(
        "Ready to accept connections",
        _program,
        ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder.Path, "--databases", "1000", "--save", "", "--appendonly", "yes", "--appendfsync", "always", .. _options]);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await Crash();
        }

        _folder.Dispose();
    }
}
