using Mnist.Distributed.Hosting.Sockets;
using Mnist.Distributed.Tests.Training.Files;

namespace Mnist.Distributed.Tests.Servers;

/// <summary>A server in a process of this machine.</summary>
/// <param name="start">Starts it with its folder on its port.</param>
/// <param name="crash">Sends the signal that ends it like a crash.</param>
internal sealed class LocalServer(Func<string, int, Task<ServerProcess>> start, Action<int> crash) : IServerHost
{
    private readonly TemporaryFolder _folder = new();
    private ServerProcess? _process;

    public int Port { get; } = FreePorts.Take(1)[0];

    public string Folder => _folder.Path;

    public async Task Crash()
    {
        await _process!.End(crash);
        _process = null;
    }

    public async Task Restart() => _process = await start(Folder, Port);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await Crash();
        }

        _folder.Dispose();
    }
}
