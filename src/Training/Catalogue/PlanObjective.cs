using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Training.Catalogue;

/// <summary>Makes the objective of a plan from its task and its loss.</summary>
internal static class PlanObjective
{
    private const string Recipe = "digits";

    /// <summary>The settings of a plan's loss, with the defaults of the plan's task.</summary>
    /// <exception cref="InvalidInputException">A setting is unknown or out of range.</exception>
    public static Settings Settings(TrainingPlan plan, LossDefinition loss)
    {
        var settings = plan.LossSettings;
        foreach (var (name, value) in loss.Uses.FirstOrDefault(use => use.Task == plan.Task)?.Settings.Values ?? [])
        {
            settings = settings.Find(name) is null ? settings.With(name, value) : settings;
        }

        return settings.Complete(loss.Settings, $"loss {loss.Name}");
    }

    /// <summary>Makes the objective.</summary>
    /// <param name="plan">The plan, with all settings filled in.</param>
    /// <param name="catalogue">Knows its task and its loss.</param>
    /// <param name="teacher">The teacher; null for no teacher.</param>
    /// <exception cref="InvalidInputException">The loss cannot train the task.</exception>
    public static IObjective Of(TrainingPlan plan, TrainingCatalogue catalogue, Teacher? teacher)
    {
        var (task, loss) = (catalogue.Task(plan.Task).Create(plan.Data, plan.TaskSettings), catalogue.Loss(plan.Loss));
        return loss.Create(new LossRequest(task, plan.LossSettings, teacher)) ?? throw Misfit(plan, catalogue, loss);
    }

    /// <summary>Refuses a model whose outputs cannot make the loss small.</summary>
    /// <exception cref="InvalidInputException">The model does not fit the loss.</exception>
    public static void RequireFit(TrainingPlan plan, TrainingCatalogue catalogue, Model model) => InvalidInputException.Require(
        !catalogue.Loss(plan.Loss).NeedsNegativeOutputs || !model.EndsInRelu,
        $"The loss {plan.Loss} needs negative outputs, and the model {plan.Model} ends in a ReLU, which has none: choose another Model, such as mlp-logits.",
        nameof(plan.Model));

    private static InvalidInputException Misfit(TrainingPlan plan, TrainingCatalogue catalogue, LossDefinition loss)
    {
        var tasks = loss.Uses.Count > 0 ? loss.Uses.Select(use => use.Task) : [Recipe];
        var losses = catalogue.Losses.Where(known => known.Uses.Any(use => use.Task == plan.Task)).Select(known => known.Name);
        return new(
            $"The loss {loss.Name} cannot train the task {plan.Task}: choose Task {string.Join(" or ", tasks)}, or for {plan.Task} Loss {string.Join(" or ", losses)}.",
            [nameof(plan.Task), nameof(plan.Loss)]);
    }
}
