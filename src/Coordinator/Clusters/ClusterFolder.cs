using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// A local cluster's folder in the user's state: <c>cluster.db</c> with membership and grain
/// storage, and for each silo a log file and a pid file, which the silo itself writes.
/// </summary>
internal sealed class ClusterFolder
{
    private const string PidFiles = "*.pid";

    private ClusterFolder(string name, string path)
    {
        Name = name;
        Path = path;
    }

    /// <summary>The cluster's name.</summary>
    public string Name { get; }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The cluster's store.</summary>
    public SqliteStore Store => new(Database);

    /// <summary>Whether the store has been made.</summary>
    public bool HasStore => File.Exists(Database);

    private static string Clusters => System.IO.Path.Combine(UserFolders.State, "clusters");

    private string Database => System.IO.Path.Combine(Path, "cluster.db");

    /// <summary>
    /// The folder of the cluster called <paramref name="name"/>; it need not exist.
    /// </summary>
    /// <exception cref="InvalidInputException">The name cannot be a folder's.</exception>
    public static ClusterFolder Of(string name) => ClusterName.IsValid(name)
        ? new ClusterFolder(name, System.IO.Path.Combine(Clusters, name))
        : throw new InvalidInputException($"'{name}' cannot name a cluster: {ClusterName.Rule}.");

    /// <summary>The names of all clusters that have a folder.</summary>
    public static IReadOnlyList<string> Names() => Directory.Exists(Clusters)
        ? [.. Directory.EnumerateDirectories(Clusters).Select(System.IO.Path.GetFileName).OfType<string>().Where(ClusterName.IsValid).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Makes the folder, for this user alone.</summary>
    /// <exception cref="InvalidInputException">It cannot be made or written.</exception>
    public void Make() => PrivateFolder.Make(Path);

    /// <summary>The log file of a silo.</summary>
    public string LogFile(string silo) => System.IO.Path.Combine(Path, $"{silo}.log");

    /// <summary>The pid file of a silo.</summary>
    public string PidFile(string silo) => System.IO.Path.Combine(Path, $"{silo}.pid");

    /// <summary>
    /// Waits until no other command works on the cluster, and keeps others out until disposed. The
    /// system gives the lock back however this process ends.
    /// </summary>
    /// <exception cref="InvalidInputException">The folder cannot be written.</exception>
    public async Task<IDisposable> Lock(CancellationToken cancellation)
    {
        Make();
        return await FolderLock.Take(System.IO.Path.Combine(Path, "lock"), $"waiting for another command that works on cluster {Name}", cancellation);
    }

    /// <summary>
    /// The cluster's silos: what their pid files say, and silo processes with the cluster's store
    /// on their command line, which may not have written one yet, or have lost it.
    /// </summary>
    public IReadOnlyList<SiloProcess> Silos()
    {
        var noted = (Directory.Exists(Path) ? Directory.EnumerateFiles(Path, PidFiles) : []).Select(SiloNote.TryRead).OfType<SiloNote>()
            .Select(note => new SiloProcess(note.Silo, note.Process, LogFile(note.Silo), note.Version, note.Address))
            .ToArray();
        var running = RunningSilos.Of(Name, Store)
            .Where(found => !noted.Any(silo => silo.Process == found.Process))
            .Select(found => new SiloProcess(found.Silo, found.Process, LogFile(found.Silo), null, null));

        // A silo that has replaced one of the same name writes over its pid file, so a name may be
        // there twice for a moment.
        return [.. noted.Concat(running)
            .GroupBy(silo => silo.Silo)
            .SelectMany(same => same.Any(silo => silo.IsAlive) ? same.Where(silo => silo.IsAlive) : same.Take(1))
            .OrderBy(silo => silo.Silo.Length).ThenBy(silo => silo.Silo, StringComparer.Ordinal)];
    }

    /// <summary>Forgets a silo that has ended.</summary>
    public void Forget(SiloProcess silo)
    {
        if (SiloNote.TryRead(PidFile(silo.Silo)) is { } note && note.Process == silo.Process)
        {
            File.Delete(PidFile(silo.Silo));
        }
    }

    /// <summary>Removes the folder with all it holds: runs and logs too.</summary>
    public void Delete() => Directory.Delete(Path, recursive: true);

    /// <summary>
    /// Forgets the silos, which have all ended, and their membership. Runs and logs are kept.
    /// </summary>
    public void Clear()
    {
        foreach (var file in Directory.EnumerateFiles(Path, PidFiles))
        {
            File.Delete(file);
        }

        if (HasStore)
        {
            Store.ClearMembership(Name);
        }
    }
}
