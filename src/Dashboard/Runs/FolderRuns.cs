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

    /// <summary>The cursor of a reader that has read everything in the folder.</summary>
    private const string Everything = "all";

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
        if (cursor == Everything || FolderOf(id) is not { } folder)
        {
            yield break;
        }

        var run = RunFiles.Read(folder);
        var steps = RunFiles.Number(run.Plan["steps_per_epoch"]);
        yield return Note(NoteJson.Points(run.Values("train_loss").Zip(run.Values(run.Metric.Field("train")), run.Values("images_per_second"))
            .Select((epoch, at) => ((long)((at + 1) * steps), epoch.First, epoch.Second, epoch.Third, (DateTime?)null))));
        foreach (var (at, (loss, metric)) in run.Values("test_loss").Zip(run.TestMetric).Index())
        {
            yield return Note(NoteJson.Epoch(at + 1, run.Values("train_loss")[at], run.Values(run.Metric.Field("train"))[at], loss, metric));
        }

        foreach (var incident in run.Incidents)
        {
            yield return Note(NoteJson.Incident(
                RunFiles.Number(incident["step"]), $"{incident["kind"]}", $"{incident["silo"]}", $"{incident["reason"]}", RunFiles.Number(incident["seconds"]), (DateTime?)incident["at"]));
        }

        // A reader that is cut off before this note gets everything again.
        yield return new RunNote(Everything, NoteJson.Ended(run.Text("status") ?? "unknown", run.Text("message")));
        await Task.CompletedTask;

        static RunNote Note(object data) => new(null, data);
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
        if (_known.Values.FirstOrDefault(entry => entry.Folder == folder && entry.Written == written) is { Run: not null } known)
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
            return (written, folder, new ShownRun(name, "unreadable", $"{Printable.Of(folder)}: {unreadable.Message}", "", "", "", "", false, 1, 0));
        }
    }
}
