using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>
/// A part of a plan that has settings: its model, task, loss, optimizer or schedule.
/// </summary>
/// <param name="Known">All settings of such parts in a catalogue, with their owners.</param>
/// <param name="Own">The settings of the part that a plan names.</param>
/// <param name="With">A plan with other settings of the part.</param>
internal sealed record SettingPart(
    Func<TrainingCatalogue, IEnumerable<OwnedSetting>> Known,
    Func<TrainingCatalogue, TrainingPlan, IReadOnlyList<Setting>> Own,
    Func<TrainingPlan, Func<Settings, Settings>, TrainingPlan> With)
{
    /// <summary>The group of such settings in help.</summary>
    public OptionGroup Group { get; init; } = OptionGroup.Model;

    /// <summary>The model.</summary>
    public static readonly SettingPart Model = new(
        catalogue => catalogue.Models.SelectMany(model => model.Settings, (model, setting) => new OwnedSetting(model.Name, setting)),
        (catalogue, plan) => catalogue.Model(plan.Model).Settings,
        (plan, change) => plan with { ModelSettings = change(plan.ModelSettings) });

    /// <summary>The task.</summary>
    public static readonly SettingPart Task = new(
        catalogue => catalogue.Tasks.SelectMany(task => task.Settings, (task, setting) => new OwnedSetting(task.Name, setting)),
        (catalogue, plan) => catalogue.Task(plan.Task).Settings,
        (plan, change) => plan with { TaskSettings = change(plan.TaskSettings) });

    /// <summary>The loss.</summary>
    public static readonly SettingPart Loss = new(
        catalogue => catalogue.Losses.SelectMany(loss => loss.Settings, (loss, setting) => new OwnedSetting(loss.Name, setting)),
        (catalogue, plan) => catalogue.Loss(plan.Loss).Settings,
        (plan, change) => plan with { LossSettings = change(plan.LossSettings) });

    /// <summary>The optimizer.</summary>
    public static readonly SettingPart Optimizer = new(
        catalogue => catalogue.Optimizers.SelectMany(optimizer => optimizer.Settings, (optimizer, setting) => new OwnedSetting(optimizer.Name, setting)),
        (catalogue, plan) => catalogue.Optimizer(plan.Optimizer).Settings,
        (plan, change) => plan with { OptimizerSettings = change(plan.OptimizerSettings) })
    { Group = OptionGroup.Optimization };

    /// <summary>The schedule of the learning rate.</summary>
    public static readonly SettingPart Schedule = new(
        catalogue => catalogue.Schedules.SelectMany(schedule => schedule.Settings, (schedule, setting) => new OwnedSetting(schedule.Name, setting)),
        (catalogue, plan) => catalogue.Schedule(plan.Schedule).Settings,
        (plan, change) => plan with { ScheduleSettings = change(plan.ScheduleSettings) })
    { Group = OptionGroup.Optimization };

    /// <summary>
    /// All parts. The first one that has a setting gets it, if several of a plan have it.
    /// </summary>
    public static readonly IReadOnlyList<SettingPart> All = [Optimizer, Schedule, Model, Task, Loss];
}

/// <summary>A setting and the name of its owner.</summary>
/// <param name="Owner">Name of the model, task, loss, optimizer or schedule.</param>
/// <param name="Setting">The setting.</param>
internal sealed record OwnedSetting(string Owner, Setting Setting)
{
    /// <summary>The group of the setting in help.</summary>
    public OptionGroup Group { get; init; } = OptionGroup.Model;
}
