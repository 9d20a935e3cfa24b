using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Losses;

/// <summary>
/// The defaults of a run that trains a task with a loss. With them, a run reaches the values in
/// <c>docs/losses.md</c>.
/// </summary>
/// <param name="Task">Name of the task.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="LearningRate">The learning rate of the optimizer.</param>
/// <param name="Epochs">Passes over the training samples.</param>
public sealed record LossUse(string Task, string Model, float LearningRate, int Epochs)
{
    /// <summary>Name of the optimizer. Default: sgd.</summary>
    public string Optimizer { get; init; } = "sgd";

    /// <summary>
    /// Settings of that model that differ from their defaults. Default: none.
    /// </summary>
    public Settings ModelSettings { get; init; } = Settings.Empty;

    /// <summary>Settings of the loss that differ from their defaults. Default: none.</summary>
    public Settings Settings { get; init; } = Settings.Empty;

    /// <summary>A plan with these defaults.</summary>
    /// <param name="plan">Has all other values.</param>
    /// <param name="loss">Name of the loss.</param>
    public TrainingPlan In(TrainingPlan plan, string loss) =>
        plan with { Task = Task, Loss = loss, Model = Model, Optimizer = Optimizer, LearningRate = LearningRate, Epochs = Epochs };
}
