using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Assemblies;
using Mnist.Distributed.Training.Objectives;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>A loss that a catalogue offers by name.</summary>
/// <param name="Name">The name on the command line and in the plan.</param>
/// <param name="Formula">The loss of one sample, as a formula for help.</param>
/// <param name="Summary">What the loss is good for, in a few words for help.</param>
/// <param name="Uses">
/// The tasks for which the loss is tested, with the defaults of a run; the first one is the task of
/// a run that names none.
/// </param>
/// <param name="Settings">The settings that the loss has.</param>
/// <param name="Create">Makes the objective; null for a task that the loss cannot train.</param>
public sealed record LossDefinition(
    string Name,
    string Formula,
    string Summary,
    IReadOnlyList<LossUse> Uses,
    IReadOnlyList<Setting> Settings,
    Func<LossRequest, IObjective?> Create)
{
    /// <summary>A loss for the task <c>digits</c> without settings.</summary>
    /// <param name="name">The name on the command line and in the plan.</param>
    /// <param name="create">Makes the objective for the shape of a data set.</param>
    public static LossDefinition OfClasses(string name, Func<DataShape, IObjective> create) =>
        new(name, "its own", "a loss of another assembly", [], [], request => request.Task is ClassTask task ? create(task.Data) : null);

    /// <summary>
    /// Whether the loss can be small only if outputs are negative, so that a model that ends in a
    /// ReLU does not fit.
    /// </summary>
    public bool NeedsNegativeOutputs { get; init; }

    /// <summary>
    /// How outputs become probabilities of the answers of a classifier; null if they are none, as
    /// with margins and directions.
    /// </summary>
    public OutputProbabilities? Probabilities { get; init; }

    /// <summary>
    /// The defaults of a run that compares outputs with a teacher's; null if the loss cannot.
    /// </summary>
    public LossUse? Taught { get; init; }

    /// <summary>The assembly that defines it; null if this project does.</summary>
    public OwnCode? Code { get; init; }
}
