using System.Text.Json;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Output;
using Mnist.Distributed.Grains.Hosting.Stores;
using Mnist.Distributed.Training;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// A local cluster's folder in the user's state: <c>cluster.json</c> with the processes, <c>cluster.db</c> with membership and grain
/// storage, and a log file per silo.
/// </summary>
internal sealed class ClusterFolder
{
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

    private string Database => System.IO.Path.Combine(Path, "cluster.db");

    private string ProcessList => System.IO.Path.Combine(Path, "cluster.json");

    /// <summary>The folder of the cluster called <paramref name="name"/>; it need not exist.</summary>
    /// <exception cref="InvalidInputException">The name cannot be a folder's.</exception>
    public static ClusterFolder Of(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? new ClusterFolder(name, System.IO.Path.Combine(UserFolders.State, "clusters", name))
            : throw new InvalidInputException($"'{name}' cannot name a cluster: use up to 64 letters, digits, '-' and '_'.");

    /// <summary>The log file of a silo.</summary>
    public string LogFile(string silo) => System.IO.Path.Combine(Path, $"{silo}.log");

    /// <summary>The processes that were started for the cluster; empty when there is none.</summary>
    public IReadOnlyList<SiloProcess> Processes() =>
        File.Exists(ProcessList) ? JsonSerializer.Deserialize<List<SiloProcess>>(File.ReadAllText(ProcessList), Json.Reading) ?? [] : [];

    /// <summary>Notes the processes.</summary>
    public void Write(IReadOnlyList<SiloProcess> processes)
    {
        Directory.CreateDirectory(Path);
        var temporary = $"{ProcessList}.new";
        File.WriteAllText(temporary, Json.ToDocument(processes));
        File.Move(temporary, ProcessList, overwrite: true);
    }

    /// <summary>Removes the folder with all it holds: runs and logs too.</summary>
    public void Delete() => Directory.Delete(Path, recursive: true);

    /// <summary>Forgets the cluster: its processes and their membership. Runs and logs are kept.</summary>
    public void Clear()
    {
        if (File.Exists(ProcessList))
        {
            File.Delete(ProcessList);
        }

        if (HasStore)
        {
            Store.ClearMembership(Name);
        }
    }
}
