using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>Silo processes on this machine that share a SQLite file.</summary>
internal sealed class LocalCluster(string name)
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly ClusterFolder _folder = ClusterFolder.Of(name);

    /// <summary>How long a silo may take to hand over and end before it is killed.</summary>
    public static TimeSpan LeavePatience { get; } = TimeSpan.FromSeconds(20);

    /// <summary>The silos as they are now; empty when the cluster was never started or has been taken down.</summary>
    public IReadOnlyList<SiloState> Silos()
    {
        var processes = _folder.Processes();
        var members = processes.Count > 0 && _folder.HasStore
            ? _folder.Store.ReadMembership(_folder.Name).ToLookup(row => row.Name)
            : null;
        return [.. processes.Select(process => SiloState.Of(process, members?[process.Silo].LastOrDefault(process.IsMember)))];
    }

    /// <summary>Starts the cluster, or replaces the silos that it has lost, and waits until every silo is active.</summary>
    /// <param name="silos">Silo processes; null for as many as it had, or <paramref name="usual"/>.</param>
    /// <param name="usual">Silo processes of a new cluster.</param>
    /// <param name="cancellation">Gives up waiting, and ends what was started.</param>
    /// <exception cref="InvalidInputException">The cluster runs and lacks nothing, or a silo does not start.</exception>
    public async Task<IReadOnlyList<SiloState>> Up(int? silos, int usual, CancellationToken cancellation)
    {
        var known = Silos();
        var members = known.Count(silo => silo.IsMember);
        if (members == known.Count && members > 0)
        {
            throw new InvalidInputException(
                $"Cluster {name} has {members} running silos: use it with --cluster {name}, change their number with 'mnist cluster scale --name {name} --silos N', "
                + $"or end it with 'mnist cluster down --name {name}' first.");
        }

        if (Alive.Count == 0)
        {
            _folder.Clear();
        }

        return await Resize(silos ?? (members > 0 ? known.Count : usual), cancellation);
    }

    /// <summary>The silo processes that live and are members of the cluster.</summary>
    public IReadOnlyList<SiloProcess> Active
    {
        get
        {
            var active = Silos().Where(silo => silo.State == SiloState.Active).Select(silo => silo.Pid).ToHashSet();
            return [.. Alive.Where(process => active.Contains(process.Pid))];
        }
    }

    /// <summary>The silo processes that live.</summary>
    public IReadOnlyList<SiloProcess> Alive => [.. _folder.Processes().Where(process => process.IsAlive)];

    /// <summary>Starts the cluster, replaces silos or lets some leave, so that it has so many active ones.</summary>
    public Task<IReadOnlyList<SiloState>> Ensure(int silos, CancellationToken cancellation)
    {
        if (Alive.Count == 0)
        {
            _folder.Clear();
        }

        return Resize(silos, cancellation);
    }

    /// <summary>Starts silos or lets some leave until the cluster has so many, while its runs go on.</summary>
    /// <exception cref="InvalidInputException">The cluster does not run, or a silo does not start.</exception>
    public Task<IReadOnlyList<SiloState>> Scale(int silos, CancellationToken cancellation) => _folder.Processes().Any(process => process.IsAlive)
        ? Resize(silos, cancellation)
        : throw new InvalidInputException($"Cluster {name} is not running: start it with 'mnist cluster up --name {name} --silos {silos}'.");

    /// <summary>Ends the cluster's processes and forgets them; its runs are kept.</summary>
    /// <returns>How many processes were running.</returns>
    public async Task<int> Down()
    {
        var alive = _folder.Processes().Where(process => process.IsAlive).ToArray();
        await Task.WhenAll(alive.Select(process => process.End(LeavePatience)));
        _folder.Clear();
        return alive.Length;
    }

    /// <summary>Ends the cluster's processes and removes its runs and logs.</summary>
    public async Task Remove()
    {
        await Down();
        _folder.Delete();
    }

    /// <summary>Where the cluster's logs are.</summary>
    public string Folder => _folder.Path;

    /// <summary>Connects to the running cluster.</summary>
    /// <exception cref="InvalidInputException">The cluster is unknown or not running.</exception>
    public async Task<TrainingCluster> Connect()
    {
        var silos = Silos();
        if (silos.Count == 0)
        {
            throw new InvalidInputException($"There is no cluster {name}: start it with 'mnist cluster up --name {name}'.");
        }

        var missing = silos.Where(silo => silo.State != SiloState.Active).ToArray();
        if (missing.Length == silos.Count)
        {
            throw new InvalidInputException($"Cluster {name} is not running: start it again with 'mnist cluster up --name {name}'.");
        }

        if (missing.Length > 0)
        {
            Console.Error.WriteLine(
                $"mnist: of cluster {name}, {string.Join(", ", missing.Select(silo => $"{silo.Silo} is {silo.State}"))}; 'mnist cluster up --name {name}' replaces what is gone.");
        }

        return await StoredCluster.Connect(_folder.Name, _folder.Store);
    }

    private async Task<IReadOnlyList<SiloState>> Resize(int silos, CancellationToken cancellation)
    {
        Directory.CreateDirectory(_folder.Path);
        await _folder.Store.Create(_folder.Name);

        var states = Silos().ToDictionary(silo => silo.Pid);
        var alive = Alive;
        var staying = alive.Where(process => states[process.Pid].IsMember).Take(silos).ToArray();
        var leaving = alive.Except(staying).ToArray();
        var threads = Math.Max(1, Environment.ProcessorCount / silos);
        var names = Enumerable.Range(1, silos + alive.Count).Select(i => $"silo-{i}").Except(alive.Select(process => process.Silo));
        var started = names.Take(silos - staying.Length).Select(silo => SiloProcess.Start(_folder, silo, threads)).ToArray();
        _folder.Write([.. alive.Concat(started).OrderBy(process => process.Silo.Length).ThenBy(process => process.Silo, StringComparer.Ordinal)]);
        try
        {
            // One that has been declared dead has nothing left to hand over.
            await Task.WhenAll(leaving.Select(process => process.End(states[process.Pid].State == SiloState.Dead ? TimeSpan.Zero : LeavePatience)));
            _folder.Write([.. _folder.Processes().Where(process => !leaving.Contains(process))]);
            return await WaitUntilActive([.. started.Select(process => process.Silo)], cancellation);
        }
        catch
        {
            await Task.WhenAll(started.Select(process => process.End(LeavePatience)));
            _folder.Write([.. _folder.Processes().Where(process => !started.Contains(process))]);
            throw;
        }
    }

    private async Task<IReadOnlyList<SiloState>> WaitUntilActive(string[] started, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(StartPatience);
        while (true)
        {
            var silos = Silos();
            var awaited = silos.Where(silo => started.Contains(silo.Silo)).ToArray();
            if (awaited.All(silo => silo.State == SiloState.Active))
            {
                return silos;
            }

            if (awaited.FirstOrDefault(silo => silo.State == SiloState.Gone) is { } gone)
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
