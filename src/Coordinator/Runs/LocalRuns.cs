namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>The runs in the subfolders of a folder, by default of <c>runs</c>.</summary>
internal static class LocalRuns
{
    /// <summary>The folder that runs are in if nobody names another one.</summary>
    public const string Usual = "runs";

    /// <summary>The runs in the subfolders of a folder, oldest first.</summary>
    /// <param name="folder">The folder; it may not exist.</param>
    public static IReadOnlyList<LocalRun> In(string folder) =>
    [
        .. (Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [])
            .Select(path => (Path: path, Run: StoredRun.In(path)))
            .Where(found => found.Run?.RunId is not null)
            .Select(found => new LocalRun(found.Run!.RunId!, found.Path, found.Run))
            .OrderBy(run => run.RunId, StringComparer.Ordinal),
    ];
}

/// <summary>A run in a folder.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Stored">Its description there.</param>
internal sealed record LocalRun(string RunId, string Folder, StoredRun Stored);
