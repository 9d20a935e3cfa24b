using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>A cluster of silo processes on this machine, whose store is a SQLite file.</summary>
/// <param name="name">Name of the cluster.</param>
/// <param name="program">
/// The program of silos that are started. Default: <see cref="SiloProgram.BuiltIn"/>.
/// </param>
internal sealed class LocalCluster(string name, SiloProgram? program = null)
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MembershipPollInterval = TimeSpan.FromMilliseconds(100);

    private readonly ClusterFolder _folder = ClusterFolder.Of(name);

    /// <summary>
    /// The time limit for the graceful shutdown of a silo. A silo that has not ended by then is
    /// killed.
    /// </summary>
    public static TimeSpan LeaveTimeout { get; } = TimeSpan.FromSeconds(20);

    /// <summary>What silos that are started from now on get.</summary>
    public SiloSettings Settings => new(_folder);

    /// <summary>The folder with the cluster's logs.</summary>
    public string Folder => _folder.Path;

    /// <summary>The silo processes that are alive.</summary>
    public IReadOnlyList<SiloProcess> Alive => [.. _folder.Silos().Where(process => process.IsAlive)];

    /// <summary>The silo processes that are alive and active members of the cluster.</summary>
    public IReadOnlyList<SiloProcess> Active
    {
        get
        {
            var active = Silos().Where(silo => silo.State == SiloState.Active).Select(silo => silo.Pid).ToHashSet();
            return [.. Alive.Where(process => active.Contains(process.Pid))];
        }
    }

    /// <summary>
    /// The current states of the silos; empty if the cluster was never started or has been taken
    /// down.
    /// </summary>
    public IReadOnlyList<SiloState> Silos()
    {
        var processes = _folder.Silos();
        var members = processes.Count > 0 && _folder.HasStore
            ? _folder.Store.ReadMembership(_folder.Name)
            : [];
        return [.. processes.Select(process => SiloState.Of(process, members.LastOrDefault(process.IsMember)))];
    }

    /// <summary>
    /// Starts the cluster, or replaces the silos that it has lost, and waits until every silo is
    /// active.
    /// </summary>
    /// <param name="silos">
    /// Number of silos. Null: as many as the cluster had, or <paramref name="usual"/>.
    /// </param>
    /// <param name="usual">Number of silos of a new cluster.</param>
    /// <param name="cancellation">Ends the wait, and the silos that were started.</param>
    /// <exception cref="InvalidInputException">
    /// The cluster already has all its silos, or a silo does not start.
    /// </exception>
    public async Task<IReadOnlyList<SiloState>> Up(int? silos, int usual, CancellationToken cancellation)
    {
        using var only = await _folder.Lock(cancellation);
        var known = Silos();
        var members = known.Count(silo => silo.IsMember);
        if (members == known.Count && members > 0)
        {
            throw new InvalidInputException(
                $"Cluster {name} has {members} running {(members == 1 ? "silo" : "silos")}: use it with --cluster {name}, change their number with "
                + $"'mnist cluster scale --cluster {name} --silos N', or end it with 'mnist cluster down --cluster {name}' first.");
        }

        return await Resize(silos ?? (members > 0 ? known.Count : usual), cancellation);
    }

    /// <summary>
    /// Starts silos, or asks some to leave, until the cluster has the given number of active silos.
    /// It need not be running before.
    /// </summary>
    /// <exception cref="InvalidInputException">A silo does not start.</exception>
    public async Task<IReadOnlyList<SiloState>> Ensure(int silos, CancellationToken cancellation)
    {
        using var only = await _folder.Lock(cancellation);
        return await Resize(silos, cancellation);
    }

    /// <summary>
    /// Starts silos, or asks some to leave, until the running cluster has the given number of
    /// silos. Its runs go on meanwhile.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// The cluster does not run, or a silo does not start.
    /// </exception>
    public async Task<IReadOnlyList<SiloState>> Scale(int silos, CancellationToken cancellation)
    {
        using var only = await _folder.Lock(cancellation);
        return Alive.Count > 0
            ? await Resize(silos, cancellation)
            : throw new InvalidInputException($"Cluster {name} is not running: start it with 'mnist cluster up --cluster {name} --silos {silos}'.");
    }

    /// <summary>
    /// Starts silos in place of those that are gone; if none is gone, starts one more. The cluster
    /// need not be running before.
    /// </summary>
    /// <exception cref="InvalidInputException">A silo does not start.</exception>
    public async Task Grow(CancellationToken cancellation)
    {
        using var only = await _folder.Lock(cancellation);
        var known = Silos();
        await Resize(known.All(silo => silo.IsMember) ? known.Count + 1 : known.Count, cancellation);
    }

    /// <summary>Ends a silo at once, as a fault would.</summary>
    /// <exception cref="InvalidInputException">There is no such silo.</exception>
    public void Kill(string silo) => Signals.Kill(Find(silo).Pid);

    /// <summary>Asks a silo to hand its work over and to leave, and waits until it has.</summary>
    /// <exception cref="InvalidInputException">There is no such silo.</exception>
    public async Task Leave(string silo)
    {
        using var only = await _folder.Lock(CancellationToken.None);
        await End([Find(silo)]);
    }

    /// <summary>
    /// Ends the cluster's processes and deletes their pid files. Its runs are kept.
    /// </summary>
    /// <returns>The number of processes that were running.</returns>
    public async Task<int> Down()
    {
        if (!Directory.Exists(_folder.Path) && Alive.Count == 0)
        {
            return 0;
        }

        using var only = await _folder.Lock(CancellationToken.None);
        SlowWork.Is($"ending the silos of cluster {name}");
        var alive = Alive;
        await End(alive);
        _folder.Clear();
        _folder.Models = null;
        _folder.Threads = null;
        _folder.UsesTls = false;
        return alive.Count;
    }

    /// <summary>Ends the cluster's processes and deletes its runs and logs.</summary>
    public async Task Remove()
    {
        await Down();
        _folder.Delete();
    }

    /// <summary>Deletes the runs and logs of a cluster that does not run.</summary>
    /// <exception cref="InvalidInputException">It runs.</exception>
    public async Task RemoveIfDown()
    {
        using var only = await _folder.Lock(CancellationToken.None);
        InvalidInputException.Require(Alive.Count == 0, $"Cluster {name} runs: end it with 'mnist cluster down --cluster {name}' first.");
        _folder.Delete();
    }

    /// <summary>Connects to the running cluster.</summary>
    /// <exception cref="InvalidInputException">The cluster is unknown or does not run.</exception>
    public async Task<TrainingCluster> Connect()
    {
        var silos = Silos();
        if (silos.Count == 0)
        {
            throw new InvalidInputException($"There is no cluster {name}: {ClusterFolder.Advice(name, $"start it with 'mnist cluster up --cluster {name}'.")}");
        }

        var missing = silos.Where(silo => silo.State != SiloState.Active).ToArray();
        if (missing.Length == silos.Count)
        {
            throw new InvalidInputException($"Cluster {name} is not running: start it again with 'mnist cluster up --cluster {name}'.");
        }

        if (missing.Length > 0)
        {
            Remarks.Say(
                $"of cluster {name}, {string.Join(", ", missing.Select(silo => $"{silo.Silo} is {silo.State}"))}; 'mnist cluster up --cluster {name}' replaces what is gone.");
        }

        return await Join();
    }

    /// <summary>Connects to the silos that run.</summary>
    /// <exception cref="InvalidInputException">None of them answers.</exception>
    /// <inheritdoc cref="StoredCluster.Connect" path="/param[@name = 'sendsTelemetry']" />
    public Task<TrainingCluster> Join(bool sendsTelemetry = true) => StoredCluster.Connect(_folder.Name, _folder.Store, _folder.ClientLink(), sendsTelemetry);

    /// <summary>
    /// Changes the number of the cluster's silos. The caller must have the cluster's lock.
    /// </summary>
    private async Task<IReadOnlyList<SiloState>> Resize(int silos, CancellationToken cancellation)
    {
        if (Alive.Count == 0)
        {
            _folder.Clear();
            _folder.RebuildStore();
        }

        await _folder.Store.Create(_folder.Name);
        _folder.MakeIdentity();
        var states = Silos().ToDictionary(silo => silo.Pid!.Value);
        var alive = Alive;
        var staying = alive.Where(process => states[process.Pid].IsMember).Take(silos).ToArray();
        var leaving = alive.Except(staying).ToArray();
        var threads = _folder.Threads ?? Math.Max(1, Environment.ProcessorCount / silos);
        var names = Enumerable.Range(1, silos + alive.Count).Select(i => $"silo-{i}").Except(alive.Select(process => process.Silo));
        var started = new List<SiloProcess>();
        try
        {
            SlowWork.Is($"starting {Quantity.Of(silos - staying.Length, "silo")} of cluster {name}");
            foreach (var silo in names.Take(silos - staying.Length))
            {
                started.Add(SiloProcess.Start(_folder, program ?? SiloProgram.BuiltIn, silo, threads));
            }

            // A silo that has been declared dead has nothing to hand over, so it gets no time.
            await End([.. leaving.Where(process => states[process.Pid].State == SiloState.Dead)], TimeSpan.Zero);
            await End([.. leaving.Where(process => states[process.Pid].State != SiloState.Dead)]);
            return await WaitUntilActive(started, cancellation);
        }
        catch
        {
            await End(started);
            throw;
        }
    }

    private SiloProcess Find(string silo) => Alive.FirstOrDefault(process => process.Silo == silo)
        ?? throw new InvalidInputException($"Cluster {name} has no running silo {Printable.Of(silo)}: 'mnist cluster status --cluster {name}' shows those it has.");

    private Task End(IReadOnlyList<SiloProcess> processes) => End(processes, LeaveTimeout);

    private async Task End(IReadOnlyList<SiloProcess> processes, TimeSpan timeout)
    {
        await Task.WhenAll(processes.Select(process => process.End(timeout)));
        foreach (var process in processes)
        {
            _folder.Forget(process);
        }
    }

    private async Task<IReadOnlyList<SiloState>> WaitUntilActive(IReadOnlyList<SiloProcess> started, CancellationToken cancellation)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var silos = Silos();
            if (started.All(process => silos.Any(silo => silo.Pid == process.Pid && silo.State == SiloState.Active)))
            {
                return silos;
            }

            if (started.FirstOrDefault(process => !process.IsAlive) is { } gone)
            {
                throw new InvalidInputException($"{gone.Silo} did not start; its log says: {LastLine(gone.Log)} ({gone.Log}).");
            }

            if (TimeProvider.System.GetElapsedTime(start) > StartTimeout)
            {
                throw new InvalidInputException($"The silos were not active after {StartTimeout.TotalSeconds:F0} s: read their logs in {_folder.Path}.");
            }

            await Task.Delay(MembershipPollInterval, CancellationToken.None);
        }
    }

    /// <summary>
    /// The last line of a log; that of its older part if the silo has just put that aside.
    /// </summary>
    private static string LastLine(string log)
    {
        var line = ((string[])[log, ClusterFolder.OlderLog(log)]).Where(File.Exists)
            .Select(file => File.ReadLines(file).LastOrDefault(line => line.Length > 0)).FirstOrDefault(line => line is not null);
        return Printable.Of(line ?? "nothing").TrimEnd('.');
    }
}
