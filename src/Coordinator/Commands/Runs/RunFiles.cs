using System.Text.RegularExpressions;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Runs;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>
/// The files that a run has written to its folder. Only these are ever deleted, and no link is
/// followed.
/// </summary>
internal static partial class RunFiles
{
    /// <summary>The files of the run in a folder, as full paths.</summary>
    /// <param name="folder">The folder of the run.</param>
    public static IReadOnlyList<string> In(string folder)
    {
        var names = RunFileNames.AllNames;
        return IsLink(folder) ? [] :
        [
            .. Names(folder).Where(name => names.Contains(name) || IsTemporary(name, names)).Where(name => !Directory.Exists(Path.Combine(folder, name))).Select(name => Path.Combine(folder, name)),
            .. names.Select(name => Path.Combine(folder, name)).Where(path => Directory.Exists(path) && !IsLink(path)).SelectMany(path => Within(path, EventFile())),
            .. Within(Path.Combine(folder, RecordFolder.Name), RecordFile()),
        ];
    }

    /// <summary>How many bytes files have; a file that cannot be read has none.</summary>
    public static long Bytes(IEnumerable<string> files) => files.Select(path => new FileInfo(path)).Where(file => file is { Exists: true, LinkTarget: null }).Sum(file => file.Length);

    /// <summary>
    /// Deletes the files of the run in a folder, and the folder if it is empty then.
    /// </summary>
    /// <returns>The names of what stays, because no run has written it.</returns>
    /// <exception cref="InvalidInputException">
    /// The folder is a link, or a file cannot be deleted.
    /// </exception>
    public static IReadOnlyList<string> Delete(string folder)
    {
        InvalidInputException.Require(!IsLink(folder), $"{Printable.Of(folder)} is a link, and no link is followed: name the folder that it points to.");
        try
        {
            // The description goes last, so that a folder that cannot be emptied is still a run.
            foreach (var file in In(folder).OrderBy(path => Path.GetFileName(path) == StoredRun.Name))
            {
                File.Delete(file);
            }

            foreach (var inner in RunFileNames.AllNames.Append(RecordFolder.Name).Select(name => Path.Combine(folder, name)).Append(folder).Where(path => !IsLink(path)))
            {
                EmptyFolder.Delete(inner);
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The run in {Printable.Of(folder)} cannot be deleted ({refused.Message.TrimEnd('.')}): give access to the folder.", refused);
        }

        return Names(folder);
    }

    private static string[] Names(string folder) => Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];

    private static IEnumerable<string> Within(string folder, Regex isOwn) =>
        Directory.Exists(folder) && !IsLink(folder) ? Directory.EnumerateFiles(folder).Where(path => isOwn.IsMatch(Path.GetFileName(path))) : [];

    private static bool IsLink(string path) => new DirectoryInfo(path).LinkTarget is not null;

    /// <summary>A file that was being written when its process was lost.</summary>
    private static bool IsTemporary(string name, IEnumerable<string> names) =>
        name.EndsWith(".tmp", StringComparison.Ordinal) && names.Any(own => name.StartsWith($".{own}.", StringComparison.Ordinal));

    [GeneratedRegex(@"^\.?events\.out\.tfevents\.")]
    private static partial Regex EventFile();

    [GeneratedRegex(@"^(lock|\.?[A-Za-z0-9][A-Za-z0-9._-]*\.(even|odd|initial)(\.[0-9a-f]+\.tmp)?)$")]
    private static partial Regex RecordFile();
}
