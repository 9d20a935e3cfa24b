using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Training.Catalogue;

/// <summary>Makes the objective of a plan from its task and its loss.</summary>
internal static class PlanObjective
{
    /// <summary>A plan whose settings are filled in for its task and its loss.</summary>
    /// <exception cref="InvalidInputException">A setting is unknown or out of range.</exception>
    public static TrainingPlan Complete(TrainingPlan plan, TrainingCatalogue catalogue)
    {
        var (model, loss, task) = (catalogue.Model(plan.Model), catalogue.Loss(plan.Loss), catalogue.Task(plan.Task));
        var use = loss.Uses.FirstOrDefault(use => use.Task == plan.Task);
        return plan with
        {
            ModelSettings = Fill(plan.ModelSettings, use?.Model == plan.Model ? use.ModelSettings : Settings.Empty).Complete(model.Settings, $"model {plan.Model}"),
            TaskSettings = plan.TaskSettings.Complete(task.Settings, $"task {plan.Task}"),
            LossSettings = Fill(plan.LossSettings, use?.Settings ?? Settings.Empty).Complete(loss.Settings, $"loss {plan.Loss}"),
        };
    }

    /// <summary>Makes the objective.</summary>
    /// <param name="plan">The plan, with all settings filled in.</param>
    /// <param name="catalogue">Knows its task and its loss.</param>
    /// <param name="teacher">The teacher; null for no teacher.</param>
    /// <exception cref="InvalidInputException">The loss cannot train the task.</exception>
    public static IObjective Of(TrainingPlan plan, TrainingCatalogue catalogue, Teacher? teacher)
    {
        var (task, loss) = (catalogue.TaskOf(plan), catalogue.Loss(plan.Loss));
        return loss.Create(new LossRequest(task, plan.LossSettings, teacher)) ?? throw Misfit(plan, catalogue, loss);
    }

    /// <summary>Refuses a model whose outputs cannot make the loss small.</summary>
    /// <exception cref="InvalidInputException">The model does not fit the loss.</exception>
    public static void RequireFit(TrainingPlan plan, TrainingCatalogue catalogue, Model model) => InvalidInputException.Require(
        !catalogue.Loss(plan.Loss).NeedsNegativeOutputs || !model.EndsInRelu,
        $"The loss {plan.Loss} needs negative outputs, and the model {plan.Model} ends in a ReLU, which has none: choose another Model, such as mlp-logits.",
        nameof(plan.Model));

    private static Settings Fill(Settings given, Settings usual) =>
        usual.Values.Aggregate(given, (settings, entry) => settings.Find(entry.Key) is null ? settings.With(entry.Key, entry.Value) : settings);

    private static InvalidInputException Misfit(TrainingPlan plan, TrainingCatalogue catalogue, LossDefinition loss)
    {
        var tasks = loss.Uses.Count > 0 ? loss.Uses.Select(use => use.Task) : [new TrainingPlan().Task];
        var losses = catalogue.Losses.Where(known => known.Uses.Any(use => use.Task == plan.Task)).Select(known => known.Name);
        return new(
            $"The loss {loss.Name} cannot train the task {plan.Task}: choose Task {string.Join(" or ", tasks)}, or for {plan.Task} Loss {string.Join(" or ", losses)}.",
            [nameof(plan.Task), nameof(plan.Loss)]);
    }
}
