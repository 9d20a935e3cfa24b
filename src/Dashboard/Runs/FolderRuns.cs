using System.Runtime.CompilerServices;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Reports.Pages;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Dashboard.Runs;

/// <summary>The runs whose results are in the folders of a folder.</summary>
/// <param name="root">The folder, such as <c>runs</c>; it need not exist.</param>
/// <param name="catalogue">Resolves the names in plans.</param>
public sealed class FolderRuns(string root, TrainingCatalogue catalogue) : IRunSource
{
    /// <summary>The newest folders are shown.</summary>
    private const int Most = 50;

    /// <summary>The status of a folder whose files cannot be read.</summary>
    private const string Unreadable = "unreadable";

    private readonly Dictionary<string, (DateTime Written, string Folder, ShownRun Run)> _known = [];

    /// <inheritdoc />
    public Task<IReadOnlyList<ShownRun>> List()
    {
        lock (_known)
        {
            var found = Folders().Select(file => Read(file.Written, file.Folder)).DistinctBy(entry => entry.Run.Id).ToArray();
            _known.Clear();
            foreach (var entry in found)
            {
                _known[entry.Run.Id] = entry;
            }

            return Task.FromResult<IReadOnlyList<ShownRun>>([.. found.Select(entry => entry.Run)]);
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<RunNote> Watch(string id, string? cursor, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (FolderOf(id) is not { } folder)
        {
            yield break;
        }

        await foreach (var note in FolderWatch.Notes(folder, id, FolderCursor.Of(cursor), cancellation))
        {
            yield return note;
        }
    }

    /// <inheritdoc />
    public Task<ShownWeights?> Weights(string id)
    {
        if (FolderOf(id) is not { } folder || Path.Combine(folder, "model.safetensors") is var path && !File.Exists(path))
        {
            return Task.FromResult<ShownWeights?>(null);
        }

        var setup = TrainingSetup.Of(ModelWeights.Recognise(path, null, catalogue), catalogue);
        return Task.FromResult<ShownWeights?>(new ShownWeights(setup, ModelWeights.Read(path, setup), (string?)RunFiles.Read(folder).Plan["data_folder"]));
    }

    private string? FolderOf(string id)
    {
        lock (_known)
        {
            return _known.TryGetValue(id, out var entry) ? entry.Folder : null;
        }
    }

    private IEnumerable<(DateTime Written, string Folder)> Folders()
    {
        try
        {
            return !Directory.Exists(root) ? [] : [.. Directory.EnumerateDirectories(root).Prepend(root)
                .Select(folder => (Written: File.GetLastWriteTimeUtc(Path.Combine(folder, "run.json")), Folder: folder))
                .Where(file => File.Exists(Path.Combine(file.Folder, "run.json")))
                .OrderByDescending(file => file.Written)
                .Take(Most)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private (DateTime Written, string Folder, ShownRun Run) Read(DateTime written, string folder)
    {
        if (_known.Values.FirstOrDefault(entry => entry.Folder == folder && entry.Written == written) is { Run.Status: not Unreadable } known)
        {
            return known;
        }

        var name = Path.GetFileName(Path.GetFullPath(folder));
        try
        {
            var run = RunFiles.Read(folder);
            return (written, folder, new ShownRun(
                run.Id,
                run.Text("status") ?? "unknown",
                Printable.Of(folder),
                $"{run.Plan["model"]}",
                $"{run.Plan["task"]}",
                $"{run.Plan["loss"]}",
                run.Metric.Name,
                run.Metric.IsShare,
                (int)RunFiles.Number(run.Plan["steps_per_epoch"]),
                (int)RunFiles.Number(run.Plan["epochs"])));
        }
        catch (InvalidInputException unreadable)
        {
            return (written, folder, new ShownRun(name, Unreadable, $"{Printable.Of(folder)}: {unreadable.Message}", "", "", "", "", false, 1, 0));
        }
    }
}
