using System.Collections.Concurrent;
using System.Diagnostics;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Hosting.Stores;
using Mnist.Distributed.Tests.Processes;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>Silo processes that only share a store.</summary>
internal sealed class StoredSilos(UserHome home, string cluster, string store) : IAsyncDisposable
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(50);

    private readonly List<(Process Process, Task Reading)> _silos = [];
    private readonly ConcurrentQueue<string> _log = [];

    /// <summary>What all of them have printed.</summary>
    public string Log => string.Join('\n', _log);

    public IEnumerable<int> Pids => _silos.Select(silo => silo.Process.Id);

    /// <summary>Starts silos and waits until clients can find them all.</summary>
    /// <param name="count">How many.</param>
    /// <param name="options">More options of a silo, by its number.</param>
    public async Task Start(int count, Func<int, string[]>? options = null)
    {
        for (var i = 1; i <= count; i++)
        {
            var silo = home.StartSilo(
                ["--Silo:Cluster", cluster, "--Silo:Name", $"silo-{i}", "--Silo:Store", store, "--Silo:ComputeThreads", "1", .. options?.Invoke(i) ?? []]);
            _silos.Add((silo, Task.WhenAll(Read(silo.StandardOutput), Read(silo.StandardError))));
        }

        await using var parts = new StoreParts(StoreName.Parse(store, "store"));
        var table = await parts.Membership(cluster, home.Guard);
        while ((await table.ReadAllAsync(home.Guard)).Members.Count(member => member.Item1.Status == SiloStatus.Active) < count)
        {
            if (_silos.Any(silo => silo.Process.HasExited))
            {
                Xunit.Assert.Fail($"A silo has ended.\n{Log}");
            }

            await Task.Delay(RefreshInterval, home.Guard);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, reading) in _silos)
        {
            process.Kill();
            await process.WaitForExitAsync(home.Guard);
            await reading;
            process.Dispose();
        }
    }

    private async Task Read(StreamReader output)
    {
        while (await output.ReadLineAsync(home.Guard) is { } line)
        {
            _log.Enqueue(line);
        }
    }
}
