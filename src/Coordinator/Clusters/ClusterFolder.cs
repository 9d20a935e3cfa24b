using System.Globalization;
using System.Net.Sockets;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// The folder of a local cluster, in the user's state folder. It contains <c>cluster.db</c>, which
/// is the store, and a log file and a pid file for each silo. The silo writes its two files itself.
/// </summary>
internal sealed class ClusterFolder
{
    private const string PidFiles = "*.pid";
    private const string LogFiles = ".log";

    private static readonly TimeSpan IdentityLife = TimeSpan.FromDays(3650);

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

    /// <summary>Whether the store exists.</summary>
    public bool HasStore => File.Exists(Database);

    /// <summary>
    /// The folder with models that the silos get; null for none. It is kept in a file, because
    /// silos may be started by several commands.
    /// </summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public string? Models
    {
        get => File.Exists(ModelsNote) ? File.ReadAllText(ModelsNote) : null;
        set
        {
            if (value is null)
            {
                File.Delete(ModelsNote);
            }
            else
            {
                AtomicFile.WriteText(ModelsNote, value);
            }
        }
    }

    /// <summary>
    /// Number of compute threads that each silo gets; null to share the processors among the silos.
    /// It is kept in a file, because silos may be started by several commands.
    /// </summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public int? Threads
    {
        get => File.Exists(ThreadsNote) && int.TryParse(File.ReadAllText(ThreadsNote), NumberStyles.None, CultureInfo.InvariantCulture, out var threads) && threads > 0 ? threads : null;
        set
        {
            if (value is null)
            {
                File.Delete(ThreadsNote);
            }
            else
            {
                AtomicFile.WriteText(ThreadsNote, value.Value.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>The folder with the identity of the silos.</summary>
    public string Identity => System.IO.Path.Combine(Path, "identity");

    /// <summary>
    /// Whether the silos speak by TLS instead of by Unix sockets. It is kept in a file, because
    /// silos may be started by several commands.
    /// </summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public bool UsesTls
    {
        get => !Socket.OSSupportsUnixDomainSockets || File.Exists(TlsNote);
        set
        {
            if (value)
            {
                AtomicFile.WriteText(TlsNote, "");
            }
            else
            {
                File.Delete(TlsNote);
            }
        }
    }

    private string TlsNote => System.IO.Path.Combine(Path, "tls");

    private string ThreadsNote => System.IO.Path.Combine(Path, "threads");

    private string ModelsNote => System.IO.Path.Combine(Path, "models-folder");

    private static string Clusters => System.IO.Path.Combine(UserFolders.State, "clusters");

    private string Database => System.IO.Path.Combine(Path, "cluster.db");

    /// <summary>
    /// The folder of the cluster called <paramref name="name"/>; it may not exist.
    /// </summary>
    /// <exception cref="InvalidInputException">The name is not a valid cluster name.</exception>
    public static ClusterFolder Of(string name) => ClusterName.IsValid(name)
        ? new ClusterFolder(name, System.IO.Path.Combine(Clusters, name))
        : throw new InvalidInputException($"'{name}' cannot name a cluster: {ClusterName.Rule}.");

    /// <summary>The names of all clusters that have a folder.</summary>
    public static IReadOnlyList<string> Names() => Directory.Exists(Clusters)
        ? [.. Directory.EnumerateDirectories(Clusters).Select(System.IO.Path.GetFileName).OfType<string>().Where(ClusterName.IsValid).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>
    /// What to do about a cluster that this machine does not have: a question if another one has
    /// nearly the same name, else <paramref name="otherwise"/>.
    /// </summary>
    public static string Advice(string name, string otherwise) => Spelling.Advice(name, Names().Where(known => known != name), otherwise);

    /// <summary>Makes the folder, private to this user.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be made or written.</exception>
    public void Make() => PrivateFolder.Make(Path);

    /// <summary>The path of a silo's log file.</summary>
    public string LogFile(string silo) => System.IO.Path.Combine(Path, $"{silo}{LogFiles}");

    /// <summary>The older part of a log file, which the silo has put aside.</summary>
    public static string OlderLog(string log) => $"{log}.1";

    /// <summary>Whether a file is a silo's log, or the older part of one.</summary>
    public static bool IsLog(string path) => path.EndsWith(LogFiles, StringComparison.Ordinal) || path.EndsWith(OlderLog(LogFiles), StringComparison.Ordinal);

    /// <summary>The path of a silo's pid file.</summary>
    public string PidFile(string silo) => System.IO.Path.Combine(Path, $"{silo}.pid");

    /// <summary>
    /// Waits until no other command changes the cluster, and locks it until the result is disposed
    /// of. The operating system releases the lock however this process ends.
    /// </summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="InvalidInputException">The folder cannot be written.</exception>
    public async Task<IDisposable> Lock(CancellationToken cancellation)
    {
        Make();
        return await FolderLock.Take(System.IO.Path.Combine(Path, "lock"), $"waiting for another command that works on cluster {Name}", cancellation);
    }

    /// <summary>
    /// The cluster's silos: those with a pid file, and the silo processes with the cluster's store
    /// on their command line. Such a process may not have written its pid file yet, or may have
    /// lost it.
    /// </summary>
    public IReadOnlyList<SiloProcess> Silos()
    {
        var noted = (Directory.Exists(Path) ? Directory.EnumerateFiles(Path, PidFiles) : []).Select(SiloNote.TryRead).OfType<SiloNote>()
            .Select(note => new SiloProcess(note.Silo, note.Process, LogFile(note.Silo), note.Version, note.Address))
            .ToArray();
        var running = RunningSilos.Of(Name, Store)
            .Where(found => !noted.Any(silo => silo.Process == found.Process))
            .Select(found => new SiloProcess(found.Silo, found.Process, LogFile(found.Silo), null, null));

        // A silo that replaces one of the same name overwrites its pid file, so for a moment two
        // processes may have the same name.
        return [.. noted.Concat(running)
            .GroupBy(silo => silo.Silo)
            .SelectMany(same => same.Any(silo => silo.IsAlive) ? same.Where(silo => silo.IsAlive) : same.Take(1))
            .OrderBy(silo => silo.Silo.Length).ThenBy(silo => silo.Silo, StringComparer.Ordinal)];
    }

    /// <summary>How a program of this user reaches the silos.</summary>
    public ClusterLink ClientLink() => ClusterLinks.ForClient(Store.SocketFolder(Name), Name, UsesTls ? Identity : null, isInsecure: false);

    /// <summary>Makes the identity of the silos and of the user, if there is none.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be written.</exception>
    public void MakeIdentity()
    {
        if (!File.Exists(System.IO.Path.Combine(Identity, IdentityFiles.Certificate)))
        {
            var folder = System.IO.Path.Combine(Path, "authority");
            using var authority = ClusterAuthority.Exists(folder) ? ClusterAuthority.Open(folder) : ClusterAuthority.Create(folder, Name);
            using var issued = authority.Issue("local", ClusterRole.Silo, IdentityLife, Identity);
        }
    }

    /// <summary>Deletes the pid file of a silo that has ended.</summary>
    public void Forget(SiloProcess silo)
    {
        if (SiloNote.TryRead(PidFile(silo.Silo)) is { } note && note.Process == silo.Process)
        {
            File.Delete(PidFile(silo.Silo));
        }
    }

    /// <summary>
    /// Lets a store that an older version has made give back the space of deleted runs. Without
    /// this the cluster works too.
    /// </summary>
    public void RebuildStore()
    {
        try
        {
            if (HasStore)
            {
                SlowWork.Is($"looking at the store of cluster {Name}");
                Store.Rebuild();
            }
        }
        catch (InvalidInputException failure)
        {
            Remarks.Say($"the store of cluster {Name} does not give back the space of deleted runs: {failure.Message}");
        }
    }

    /// <summary>Deletes the folder with all runs and logs.</summary>
    public void Delete() => Directory.Delete(Path, recursive: true);

    /// <summary>
    /// Deletes the pid files, the sockets and the membership of the silos, which must all have
    /// ended. Runs and logs stay.
    /// </summary>
    public void Clear()
    {
        foreach (var file in Directory.EnumerateFiles(Path, PidFiles))
        {
            File.Delete(file);
        }

        if (HasStore)
        {
            if (Directory.Exists(Store.SocketFolder(Name)))
            {
                Directory.Delete(Store.SocketFolder(Name), recursive: true);
            }

            Store.ClearMembership(Name);
        }
    }
}
