using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Reports;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Reports;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary>
/// The part of <c>mnist data show</c> that draws samples of a task to a PNG file.
/// </summary>
internal sealed class TaskPicture
{
    private readonly TrainingCatalogue _catalogue;
    private readonly Option<string?> _task;
    private readonly SettingOptions _settings;
    private readonly Option<string?> _dataset = OptionKind.OptionalText("--dataset", "NAME", $"With --task: {SharedOptions.DataSets}. Default: mnist where it can be had, else synthetic.").Takes(ValueKind.DataSet);
    private readonly Option<long> _seed = OptionKind.Number("--seed", 0L, "With --task: seed of the run whose training samples are drawn.");
    private readonly Option<int> _count = OptionKind.Number("--samples", 24, "With --task: number of samples, 1 to 400.");
    private readonly Option<string?> _output = OptionKind.OptionalText("--out", "FILE.png", "With --task: the file. Default: TASK.png.").Takes(ValueKind.File).OnlyFromTheUser();

    /// <summary>Makes the options.</summary>
    public TaskPicture(TrainingCatalogue catalogue)
    {
        _catalogue = catalogue;
        _task = OptionKind.OptionalText("--task", "NAME", $"Draw samples of this task: {string.Join(", ", catalogue.Tasks.Select(known => known.Name))}.").Takes(ValueKind.Task(catalogue));
        _settings = SettingOptions.OfTasks(catalogue);
        OptionGroup.Model.Holds(_task);
        OptionGroup.Data.Holds(_dataset, _seed, _count);
        OptionGroup.Results.Holds(_output);
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_task, _dataset, _seed, _count, _output])
        {
            command.Add(option);
        }

        _settings.AddTo(command);
    }

    /// <summary>Whether a picture is wanted.</summary>
    /// <exception cref="InvalidInputException">An option is given that needs a task.</exception>
    public bool IsAskedFor(ParseResult parsed)
    {
        if (parsed.GetValue(_task) is not null)
        {
            return true;
        }

        var given = ((Option[])[_dataset, _seed, _count, _output]).Where(parsed.IsTyped).Select(option => option.Name).ToArray();
        InvalidInputException.Require(given.Length == 0 && !_settings.AnyGiven(parsed), $"{(given.Length > 0 ? given[0] : "A setting of a task")} has no effect without --task: name the task too.");
        return false;
    }

    /// <summary>Draws the picture and says where it is.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="folder">Value of <c>--data</c>; null without this option.</param>
    /// <param name="size">Value of <c>--image-size</c>; null without this option.</param>
    /// <param name="cancellation">Ends a download.</param>
    public async Task Draw(ParseResult parsed, string? folder, ImageSize? size, CancellationToken cancellation)
    {
        var count = parsed.GetValue(_count);
        InvalidInputException.Require(count is >= 1 and <= 400, $"--samples must be from 1 to 400, but is {count}.");
        var task = _catalogue.Task(parsed.GetValue(_task)!);
        var data = await DataSource.Find(parsed.GetValue(_dataset) ?? new TrainingPlan().DataSet, folder, size, parsed.GetValue(_dataset) is not null, Remarks.Among(json: true), cancellation);
        SlowWork.Is($"drawing samples of task {task.Name}");
        var use = RunDefaults.Of(_catalogue, task.Name, null, null);
        var plan = _settings.Complete(new TrainingPlan { Task = task.Name, Loss = use.Loss, Model = use.Use.Model, Data = data.Shape }, parsed);
        var samples = TaskSamples.Of(plan, data.Train, SceneKey.Training(parsed.GetValue(_seed)), count, _catalogue);
        var path = parsed.GetValue(_output) ?? $"{task.Name}.png";
        ReportFolder.WriteSamples(path, samples, data.Shape.Classes.Names);
        Console.WriteLine($"{path}: the first {count} training samples of task {task.Name} on {data.Name}, with seed {parsed.GetValue(_seed)}");
    }
}
