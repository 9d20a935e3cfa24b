using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Processes;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>A run that a user has named, and where it is.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Folder">The folder with its results; null if none is known.</param>
/// <param name="Home">The cluster that has its record; null if the record is in the folder.</param>
internal sealed record FoundRun(string RunId, string? Folder, ClusterPlace? Home)
{
    /// <summary>
    /// The process that trains the run in its folder, or in which it waits for its turn; null if
    /// there is none.
    /// </summary>
    public ProcessIdentity? Process => Home is null && Folder is not null && StoredRun.In(Folder)?.Process is { IsAlive: true } process ? process : null;

    /// <summary>The words that name the run in another command.</summary>
    public string Words => Home is not null ? $"{RunId} {Home.Options}" : WordsOf(RunId, Folder!);

    /// <summary>
    /// The word that names a run in a folder: its id if the folder is where commands look for it.
    /// </summary>
    public static string WordsOf(string runId, string folder) =>
        Path.GetFullPath(folder) == Path.GetFullPath(Path.Combine(LocalRuns.Usual, runId)) ? runId : ShellWord.Quoted(folder);
}
