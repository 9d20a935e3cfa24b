using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Assemblies;
using Mnist.Distributed.Training.Models.Graphs;

namespace Mnist.Distributed.Training.Models;

/// <summary>A model that a catalogue offers by name.</summary>
/// <param name="Name">The name on the command line and in the plan.</param>
/// <param name="Summary">A description in a few words, for help.</param>
/// <param name="Settings">The settings that the model has.</param>
/// <param name="Create">
/// Makes the model for a shape. It throws an <see cref="InvalidInputException"/> if the shape does
/// not fit the model.
/// </param>
public sealed record ModelDefinition(
    string Name, string Summary, IReadOnlyList<Setting> Settings, Func<ModelShape, Model> Create)
{
    /// <summary>
    /// Recognises a file of weights that does not name its model. It gets the shapes of the file's
    /// tensors by name, and returns the model's settings; null if the tensors belong to another
    /// model.
    /// </summary>
    public Func<IReadOnlyDictionary<string, long[]>, Settings?> Recognise { get; init; } = _ => null;

    /// <summary>
    /// Describes the evaluation pass for a shape, and returns the name of the outputs. Default:
    /// null, for a model that cannot be exported.
    /// </summary>
    public Func<GraphBuilder, ModelShape, string>? Graph { get; init; }

    /// <summary>
    /// Name of the task for which the model is made. Default: digits, for a model that takes any
    /// number of outputs.
    /// </summary>
    public string Task { get; init; } = "digits";

    /// <summary>The assembly that defines it; null if this project does.</summary>
    public OwnCode? Code { get; init; }
}
