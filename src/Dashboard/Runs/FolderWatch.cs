using System.Runtime.CompilerServices;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Reports.Pages;

namespace Mnist.Distributed.Dashboard.Runs;

/// <summary>Looks at the folder of a run again and again, because the run may go on.</summary>
internal static class FolderWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly string[] Files = ["run.json", "metrics.jsonl", "incidents.jsonl"];

    /// <summary>
    /// What happens in a run: first what the reader does not have yet, then everything new until
    /// the reader leaves, or until another run has taken the folder.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="id">The run.</param>
    /// <param name="position">What the reader has.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="InvalidInputException">The folder cannot be read.</exception>
    public static async IAsyncEnumerable<RunNote> Notes(
        string folder, string id, FolderCursor position, [EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<(DateTime, long)> seen = [];
        while (!cancellation.IsCancellationRequested)
        {
            // What changes after this moment is found at the next look.
            var now = Versions(folder);
            if (!now.SequenceEqual(seen) && Read(folder, isFirst: seen.Count == 0) is { } run)
            {
                if (run.Id != id)
                {
                    yield break;
                }

                seen = now;
                (var notes, position) = FolderNotes.Since(position, run);
                foreach (var (at, note) in notes.Index())
                {
                    // A reader that is cut off between two notes of a look gets the look again.
                    yield return new RunNote(at == notes.Count - 1 ? $"{position}" : null, note);
                }
            }

            await Task.Delay(Pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static IReadOnlyList<(DateTime, long)> Versions(string folder) => [.. Files
        .Select(name => new FileInfo(Path.Combine(folder, name)))
        .Select(file => file.Exists ? (file.LastWriteTimeUtc, file.Length) : default)];

    /// <summary>
    /// The files. Null if they cannot be read any more: somebody copies or removes them, and a
    /// later look may succeed.
    /// </summary>
    private static RunFiles? Read(string folder, bool isFirst)
    {
        try
        {
            return RunFiles.Read(folder);
        }
        catch (InvalidInputException) when (!isFirst)
        {
            return null;
        }
    }
}
