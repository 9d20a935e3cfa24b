using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Grains.Hosting;
using Orleans.Configuration;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>Silo processes on this machine that share a SQLite file.</summary>
internal sealed class LocalCluster(string name)
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly ClusterFolder _folder = ClusterFolder.Of(name);

    /// <summary>The silos as they are now; empty when the cluster was never started or has been taken down.</summary>
    public IReadOnlyList<SiloState> Silos()
    {
        var processes = _folder.Processes();
        var members = processes.Count > 0 && File.Exists(_folder.Database)
            ? SqliteStore.ReadMembership(_folder.Database, _folder.Name).ToLookup(row => row.Name)
            : null;
        return [.. processes.Select(process => SiloState.Of(process, members?[process.Silo].LastOrDefault()))];
    }

    /// <summary>Starts the cluster and waits until every silo is active.</summary>
    /// <exception cref="InvalidInputException">The cluster runs already, or a silo does not start.</exception>
    public async Task<IReadOnlyList<SiloState>> Up(int silos, CancellationToken cancellation)
    {
        var alive = _folder.Processes().Count(process => process.IsAlive);
        if (alive > 0)
        {
            throw new InvalidInputException(
                $"Cluster {name} has {alive} running silos: use it with --cluster {name}, or end it with 'mnist cluster down --name {name}' first.");
        }

        _folder.Clear();
        Directory.CreateDirectory(_folder.Path);
        SqliteStore.Create(_folder.Database);
        var threads = Math.Max(1, Environment.ProcessorCount / silos);
        _folder.Write([.. Enumerable.Range(1, silos).Select(i => SiloProcess.Start(_folder, $"silo-{i}", threads))]);
        try
        {
            return await WaitUntilActive(cancellation);
        }
        catch
        {
            await Down();
            throw;
        }
    }

    /// <summary>Ends the cluster's processes and forgets them; its runs are kept.</summary>
    /// <returns>How many processes were running.</returns>
    public async Task<int> Down()
    {
        var alive = _folder.Processes().Where(process => process.IsAlive).ToArray();
        await Task.WhenAll(alive.Select(process => process.End(LeavePatience)));
        _folder.Clear();
        return alive.Length;
    }

    /// <summary>Connects to the running cluster.</summary>
    /// <exception cref="InvalidInputException">The cluster is unknown, not running or half dead.</exception>
    public async Task<TrainingCluster> Connect()
    {
        var silos = Silos();
        if (silos.Count == 0)
        {
            throw new InvalidInputException($"There is no cluster {name}: start it with 'mnist cluster up --name {name}'.");
        }

        var dead = silos.Where(silo => silo.State != SiloState.Active).ToArray();
        if (dead.Length == silos.Count)
        {
            throw new InvalidInputException($"Cluster {name} is not running: start it again with 'mnist cluster up --name {name}'.");
        }

        if (dead.Length > 0)
        {
            throw new InvalidInputException(
                $"Cluster {name} is half dead: {string.Join(", ", dead.Select(silo => $"{silo.Silo} is {silo.State}"))}. "
                + $"End it with 'mnist cluster down --name {name}' and start it again.");
        }

        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddFilter("Orleans", LogLevel.Warning);
        builder.AddOtlpExport("mnist", $"{Environment.MachineName}-{Environment.ProcessId}");
        builder.UseOrleansClient(client => client
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (_folder.Name, "mnist"))
            .UseSqliteStore(_folder.Database));
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        var host = builder.Build();
        await host.StartAsync();
        return new TrainingCluster(host, host.Services.GetRequiredService<IClusterClient>());
    }

    private async Task<IReadOnlyList<SiloState>> WaitUntilActive(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(StartPatience);
        while (true)
        {
            var silos = Silos();
            if (silos.All(silo => silo.State == SiloState.Active))
            {
                return silos;
            }

            if (silos.FirstOrDefault(silo => silo.State == SiloState.Gone) is { } gone)
            {
                throw new InvalidInputException($"{gone.Silo} did not start; its log says: {LastLine(gone.Log)} ({gone.Log}).");
            }

            if (patience.IsCancellationRequested)
            {
                throw new InvalidInputException($"The silos were not active after {StartPatience.TotalSeconds:F0} s: read their logs in {_folder.Path}.");
            }

            await Task.Delay(Glance, CancellationToken.None);
        }
    }

    private static string LastLine(string log) => File.Exists(log) ? File.ReadLines(log).LastOrDefault(line => line.Length > 0) ?? "nothing" : "nothing";
}
