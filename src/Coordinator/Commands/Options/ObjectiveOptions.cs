using System.CommandLine;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Losses;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>
/// The options that say what a run learns: task, loss, model and teacher. Those that are left out
/// follow from the others.
/// </summary>
internal sealed class ObjectiveOptions
{
    private readonly TrainingCatalogue _catalogue;
    private readonly Option<string?> _model;
    private readonly Option<string?> _task;
    private readonly Option<string?> _loss;
    private readonly Option<string?> _teacher = OptionKind.OptionalText(
        "--teacher", "FILE", "Learn from the outputs of this model.safetensors, with the loss kl-divergence. Every silo reads it at this path.").Takes(ValueKind.File).In(OptionGroup.Model);

    /// <summary>Makes the options for the entries of a catalogue.</summary>
    public ObjectiveOptions(TrainingCatalogue catalogue)
    {
        _catalogue = catalogue;
        _model = OptionKind.OptionalText(
            "--model", "NAME", $"Model: {string.Join(", ", catalogue.Models.Select(known => known.Name))}; 'mnist models' shows them. Default: that of the loss; mlp without a loss.").Takes(ValueKind.Model(catalogue)).In(OptionGroup.Model);
        _task = OptionKind.OptionalText("--task", "NAME", $"Task: {string.Join(", ", catalogue.Tasks.Select(known => known.Name))}. Default: that of the loss or of the model; digits without both.").Takes(ValueKind.Task(catalogue)).In(OptionGroup.Model);
        _loss = OptionKind.OptionalText(
            "--loss", "NAME", $"Loss: {string.Join(", ", catalogue.Losses.Select(known => known.Name))}; 'mnist losses' explains them. Default: that of the task.").Takes(ValueKind.Loss(catalogue)).In(OptionGroup.Model);
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_model, _task, _loss, _teacher])
        {
            command.Add(option);
        }
    }

    /// <summary>A plan with task, loss, model and teacher.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="parsed">The command line.</param>
    /// <returns>The plan, and the defaults of a run with this task and this loss.</returns>
    /// <exception cref="Contracts.InvalidInputException">
    /// A name is unknown, or the file of the teacher cannot be read.
    /// </exception>
    public (TrainingPlan Plan, LossUse Use) Choose(TrainingPlan plan, ParseResult parsed)
    {
        var use = RunDefaults.Of(_catalogue, parsed.GetValue(_task), parsed.GetValue(_loss), parsed.GetValue(_model), parsed.GetValue(_teacher) is not null);
        plan = plan with { Task = use.Use.Task, Loss = use.Loss, Model = use.Use.Model };
        return (parsed.GetValue(_teacher) is { } teacher ? TeacherFile.Note(plan, teacher) : plan, use.Use);
    }
}
