using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Dashboards;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Sweeps;
using Mnist.Distributed.Hosting.Otlp;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Coordinator.Commands.Clean;

/// <summary>The places where the programs keep files of this user.</summary>
internal static class StoredPlaces
{
    /// <summary>All kinds of files, with their descriptions for help.</summary>
    public static IReadOnlyList<(string Kind, string Help)> Kinds { get; } =
    [
        ("data", "data sets that were downloaded or made"),
        ("native", "libraries that were changed to be loaded"),
        ("dashboard", "the telemetry backend"),
        ("errors", "stack traces of failures"),
        ("results", "results that could not be written where they should go"),
        ("logs", "logs of a cluster"),
        ("state", "runs, identity and logs of a cluster"),
        ("authority", "keys that sign identities of a cluster"),
        ("runs", "runs and sweeps in the folder 'runs' here"),
    ];

    /// <summary>The places that have files.</summary>
    public static IReadOnlyList<StoredPlace> Find()
    {
        var (cache, state) = (UserFolders.Cache, UserFolders.State);
        return
        [
            .. FoldersIn(cache).Where(IsDataSet).SelectMany(folder => Whole("data", Path.GetFileName(folder), cache, folder)),
            .. Whole("native", null, cache, Path.Combine(cache, "native")),
            .. Whole("dashboard", null, cache, DashboardPackage.Folder, LocalBackend.Find() is null ? null : "The dashboard runs: end it with Ctrl-C first"),
            .. Whole("errors", null, state, Path.Combine(state, "errors")),
            .. Whole("results", null, state, Path.Combine(state, "runs")),
            .. ClusterFolder.Names().SelectMany(name => OfCluster(name, state)),
            .. FoldersIn(Path.Combine(state, "authorities")).SelectMany(folder => Whole("authority", Path.GetFileName(folder), state, folder)).Select(place => place with { IsPrecious = true }),
            .. OfRuns(Path.GetFullPath("runs")),
        ];
    }

    /// <summary>
    /// Whether a folder of the cache is that of a data set. The name of the synthetic one has a
    /// version.
    /// </summary>
    private static bool IsDataSet(string folder) => Path.GetFileName(folder) is var name
        && (DataSetCatalogue.Published.Names.Contains(name) || name.StartsWith($"{DataSetCatalogue.Synthetic}-", StringComparison.Ordinal));

    /// <summary>A folder that is removed with all that is in it.</summary>
    private static IEnumerable<StoredPlace> Whole(string kind, string? of, string root, string folder, string? obstacle = null) =>
        Directory.Exists(folder) ? [new StoredPlace(kind, of, folder, [folder]) { Obstacle = obstacle ?? Link(folder, root) }] : [];

    private static IEnumerable<StoredPlace> OfCluster(string name, string root)
    {
        var cluster = new LocalCluster(name);
        string[] entries = [.. Directory.EnumerateFileSystemEntries(cluster.Folder)];
        string[] logs = [.. entries.Where(ClusterFolder.IsLog)];
        var obstacle = cluster.Alive.Count > 0 ? $"Cluster {name} runs: end it with 'mnist cluster down --cluster {name}' first" : Link(cluster.Folder, root);
        if (logs.Length > 0)
        {
            yield return new StoredPlace("logs", name, cluster.Folder, logs) { Obstacle = obstacle };
        }

        yield return new StoredPlace("state", name, cluster.Folder, [.. entries.Except(logs)]) { Obstacle = obstacle, Remove = cluster.RemoveIfDown };
    }

    private static IEnumerable<StoredPlace> OfRuns(string folder)
    {
        string[] runs = [.. FoldersIn(folder).Where(run => File.Exists(Path.Combine(run, StoredRun.Name)) || File.Exists(Path.Combine(run, StoredSweep.Name)))];
        return runs.Length > 0 ? [new StoredPlace("runs", null, folder, runs) { IsPrecious = true, Obstacle = Link(folder, Path.GetDirectoryName(folder)!) ?? Training(runs) }] : [];
    }

    /// <summary>Why folders of runs stay if a process trains one of them.</summary>
    private static string? Training(IEnumerable<string> runs) => runs
        .Where(run => StoredRun.In(run) is { Process.IsAlive: true } || StoredSweep.In(run) is { IsTraining: true })
        .Select(run => $"{run} is being written by a process that trains: end it first, or delete other runs with 'mnist runs delete'")
        .FirstOrDefault();

    private static IEnumerable<string> FoldersIn(string folder) => Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal) : [];

    /// <summary>
    /// Why a folder is not removed if a link leads to it: the files are somewhere else, perhaps
    /// among others. Null if there is no link below <paramref name="root"/>.
    /// </summary>
    private static string? Link(string folder, string root)
    {
        for (var path = folder; path.Length > root.Length; path = Path.GetDirectoryName(path)!)
        {
            if (new DirectoryInfo(path).LinkTarget is not null)
            {
                return $"{path} is a link: remove what it leads to yourself";
            }
        }

        return null;
    }
}
