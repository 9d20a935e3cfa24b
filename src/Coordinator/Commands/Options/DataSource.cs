using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>Finds the data set of a command.</summary>
internal static class DataSource
{
    /// <summary>
    /// Loads a data set by name. If the user did not name it and it is not available, the synthetic
    /// data set is loaded instead, with a note.
    /// </summary>
    /// <param name="name">Name of the data set.</param>
    /// <param name="folder">Value of <c>--data</c>; null without this option.</param>
    /// <param name="size">Value of <c>--image-size</c>; null without this option.</param>
    /// <param name="given">Whether the user named the data set.</param>
    /// <param name="note">Receives sentences for the user.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidInputException">
    /// The data set is not available or is damaged.
    /// </exception>
    public static async Task<DataSet> Find(string name, string? folder, ImageSize? size, bool given, Action<string> note, CancellationToken cancellation)
    {
        var loader = UserDataSets.Loader();
        var progress = new DownloadNotes(note);
        if (given || folder is not null)
        {
            return WithNote(await loader.LoadAsync(name, folder, size, progress, cancellation), note);
        }

        var found = await loader.FindAsync(name, folder, size, progress, cancellation);
        if (found.DataSet is { } data)
        {
            return WithNote(data, note);
        }

        note($"{OptionNames.Render(found.Unavailable!, nameof(TrainingPlan.DataFolder))} Training on synthetic digits instead; --dataset {name} would insist on it.");
        return WithNote(await loader.LoadAsync(DataSetCatalogue.Synthetic, size: size, cancellation: cancellation), note);
    }

    /// <summary>Says where a data set comes from, with <c>--verbose</c>.</summary>
    public static void Tell(DataSet data) => Remarks.Detail(string.Create(
        CultureInfo.InvariantCulture, $"data: {data.Name}, {data.Train.Count:N0} training and {data.Test.Count:N0} test images, {data.Origin}; digest {data.Digest}"));

    /// <summary>A plan that trains on a data set.</summary>
    /// <param name="plan">The plan; it uses all samples if it asks for more.</param>
    /// <param name="data">The data set.</param>
    /// <param name="folder">The value of <c>--data</c>; null without it.</param>
    public static TrainingPlan Use(TrainingPlan plan, DataSet data, string? folder) => plan with
    {
        DataSet = data.Name,
        DataFolder = folder is null ? null : Path.GetFullPath(folder),
        DataDigest = data.Digest,
        Data = data.Shape,
        Samples = Math.Min(plan.Samples, data.Train.Count),
        TestSamples = data.Test.Count,
    };

    private static DataSet WithNote(DataSet data, Action<string> note)
    {
        Tell(data);
        if (data.Note is { } remark)
        {
            note(remark);
        }

        return data;
    }

    /// <summary>Notes the download of each file once.</summary>
    private sealed class DownloadNotes(Action<string> note) : IProgress<DownloadProgress>
    {
        private string? _file;

        public void Report(DownloadProgress value)
        {
            var share = value.Total is > 0 and { } all ? string.Create(CultureInfo.InvariantCulture, $", {value.Bytes * 10 / all * 10} %") : "";
            SlowWork.Is($"downloading {value.File}{share}");
            if (value.File != _file)
            {
                _file = value.File;
                note($"Downloading {value.File}{(value.Total is { } total ? $" ({total / 1e6:F1} MB)" : "")}");
            }
        }
    }
}
