using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Models.Fast;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Optimizers;

namespace Mnist.Distributed.Training.Catalogue;

/// <summary>
/// The models, losses and optimizers that a program knows by name. A program that brings its own
/// makes a catalogue with more of them; all silos of a cluster must have the same.
/// </summary>
public sealed class TrainingCatalogue
{
    /// <summary>What the project itself brings: one line for each.</summary>
    public static TrainingCatalogue Standard { get; } = new()
    {
        Models =
        [
            MlpNetwork.Recipe,
            MlpNetwork.Logits,
            CnnNetwork.Definition,
        ],
        Losses =
        [
            new("cross-entropy", data => new PerSampleObjective<int>(new ClassLabels(data.Classes), new CrossEntropyLoss(), new Accuracy())),
        ],
        Optimizers =
        [
            Sgd.Definition,
        ],
    };

    /// <summary>The models, in the order of help.</summary>
    public required IReadOnlyList<ModelDefinition> Models { get; init; }

    /// <summary>The losses, in the order of help.</summary>
    public required IReadOnlyList<LossDefinition> Losses { get; init; }

    /// <summary>The optimizers, in the order of help.</summary>
    public required IReadOnlyList<OptimizerDefinition> Optimizers { get; init; }

    /// <summary>The model of that name.</summary>
    /// <exception cref="InvalidInputException">There is no such model.</exception>
    public ModelDefinition Model(string name) => Find("model", name, Models, model => model.Name);

    /// <summary>The loss of that name.</summary>
    /// <exception cref="InvalidInputException">There is no such loss.</exception>
    public LossDefinition Loss(string name) => Find("loss", name, Losses, loss => loss.Name);

    /// <summary>The optimizer of that name.</summary>
    /// <exception cref="InvalidInputException">There is no such optimizer.</exception>
    public OptimizerDefinition Optimizer(string name) => Find("optimizer", name, Optimizers, optimizer => optimizer.Name);

    /// <summary>A plan with all its settings and its metric filled in.</summary>
    /// <exception cref="InvalidInputException">
    /// A name is unknown, or a setting is unknown or out of range.
    /// </exception>
    public TrainingPlan Complete(TrainingPlan plan) => plan with
    {
        ModelSettings = plan.ModelSettings.Complete(Model(plan.Model).Settings, $"model {plan.Model}"),
        OptimizerSettings = plan.OptimizerSettings.Complete(Optimizer(plan.Optimizer).Settings, $"optimizer {plan.Optimizer}"),
        Metric = Loss(plan.Loss).Create(plan.Data).Metric,
    };

    private static T Find<T>(string kind, string name, IReadOnlyList<T> known, Func<T, string> nameOf)
        where T : class => known.FirstOrDefault(entry => nameOf(entry) == name)
        ?? throw new InvalidInputException($"There is no {kind} '{Printable.Of(name)}': choose one of {string.Join(", ", known.Select(nameOf))}.");
}
