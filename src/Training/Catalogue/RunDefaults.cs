using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Losses;

namespace Mnist.Distributed.Training.Catalogue;

/// <summary>The defaults of a run whose task, loss or model are not given.</summary>
/// <param name="Loss">Name of the loss.</param>
/// <param name="Use">Task, model, optimizer, learning rate and epochs.</param>
public sealed record RunDefaults(string Loss, LossUse Use)
{
    /// <summary>Chooses the defaults.</summary>
    /// <param name="catalogue">Knows the names.</param>
    /// <param name="task">Name of the task; null if it is not given.</param>
    /// <param name="loss">Name of the loss; null if it is not given.</param>
    /// <param name="model">Name of the model; null if it is not given.</param>
    /// <param name="isTaught">Whether there is a teacher.</param>
    /// <exception cref="InvalidInputException">The catalogue lacks a name.</exception>
    public static RunDefaults Of(TrainingCatalogue catalogue, string? task, string? loss, string? model, bool isTaught = false)
    {
        var recipe = new TrainingPlan();
        var ofModel = model is null ? recipe.Task : catalogue.Model(model).Task;
        var taught = isTaught ? catalogue.Losses.FirstOrDefault(known => known.Taught is not null && known.Name == (loss ?? known.Name)) : null;
        loss ??= taught?.Name ?? catalogue.Task(task ?? ofModel).Loss;

        // The task of the model comes before that of the loss, if the loss can train it.
        var uses = catalogue.Loss(loss).Uses;
        task ??= uses.Any(use => use.Task == ofModel) && model is not null ? ofModel : uses.Select(use => use.Task).FirstOrDefault(recipe.Task);
        var usual = taught?.Taught ?? uses.FirstOrDefault(use => use.Task == catalogue.Task(task).Name) ?? new LossUse(task, recipe.Model, recipe.LearningRate, recipe.Epochs);

        // Another model than the tested one needs other epochs, and those of the recipe are enough.
        return new(loss, model is null || model == usual.Model ? usual : usual with { Model = model, Epochs = recipe.Epochs });
    }
}
