using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>The runs in the subfolders of a folder, by default of <c>runs</c>.</summary>
internal static class LocalRuns
{
    /// <summary>The folder that runs are in if nobody names another one.</summary>
    public const string Usual = "runs";

    /// <summary>The name of the description of a sweep, in the folder with its trials.</summary>
    public const string SweepDescription = "sweep.json";

    /// <summary>
    /// The runs in the subfolders of a folder, oldest first. The trials of a sweep are in the
    /// subfolders of its folder.
    /// </summary>
    /// <param name="folder">The folder; it may not exist.</param>
    /// <exception cref="InvalidInputException">The folder cannot be read.</exception>
    public static IReadOnlyList<LocalRun> In(string folder) =>
    [
        .. Folders(folder)
            .SelectMany(path => File.Exists(Path.Combine(path, SweepDescription)) ? Folders(path) : [path])
            .Select(path => (Path: path, Run: StoredRun.In(path)))
            .Where(found => found.Run?.RunId is not null)
            .Select(found => new LocalRun(found.Run!.RunId!, found.Path, found.Run))
            .OrderBy(run => run.RunId, StringComparer.Ordinal),
    ];

    /// <summary>The subfolders of a folder; none if it does not exist.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidInputException">The folder cannot be read.</exception>
    public static string[] Folders(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The runs in {Printable.Of(folder)} cannot be read ({refused.Message.TrimEnd('.')}): give access to the folder, or name another one.", refused);
        }
    }
}

/// <summary>A run in a folder.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Stored">Its description there.</param>
internal sealed record LocalRun(string RunId, string Folder, StoredRun Stored);
