using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>Finds the data set a command works on.</summary>
internal static class DataSource
{
    /// <summary>
    /// The named data set; if nobody asked for it by name and it cannot be had, the synthetic one
    /// instead, and says so.
    /// </summary>
    /// <exception cref="InvalidInputException">The data set cannot be had or is
    /// damaged.</exception>
    public static async Task<DataSet> Find(string name, string? folder, bool given, Action<string> note, CancellationToken cancellation)
    {
        var loader = UserDataSets.Loader();
        var progress = new DownloadNotes(note);
        if (given || folder is not null)
        {
            return WithNote(await loader.LoadAsync(name, folder, progress, cancellation), note);
        }

        var found = await loader.FindAsync(name, folder, progress, cancellation);
        if (found.DataSet is { } data)
        {
            return WithNote(data, note);
        }

        note($"{OptionNames.Render(found.Unavailable!, nameof(TrainingPlan.DataFolder))} Training on synthetic digits instead; --dataset {name} would insist on it.");
        return await loader.LoadAsync(DataSetCatalogue.Synthetic, cancellation: cancellation);
    }

    private static DataSet WithNote(DataSet data, Action<string> note)
    {
        if (data.Note is { } remark)
        {
            note(remark);
        }

        return data;
    }

    /// <summary>Says once a file that it is being downloaded.</summary>
    private sealed class DownloadNotes(Action<string> note) : IProgress<DownloadProgress>
    {
        private string? _file;

        public void Report(DownloadProgress value)
        {
            if (value.File != _file)
            {
                _file = value.File;
                note($"Downloading {value.File}{(value.Total is { } total ? $" ({total / 1e6:F1} MB)" : "")}");
            }
        }
    }
}
