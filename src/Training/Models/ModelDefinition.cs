using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Models;

/// <summary>A model of the catalogue.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Summary">What it is, in a few words.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Create">
/// Makes the model; throws an <see cref="InvalidInputException"/> for a shape that does not fit.
/// </param>
public sealed record ModelDefinition(
    string Name, string Summary, IReadOnlyList<Setting> Settings, Func<ModelShape, Model> Create)
{
    /// <summary>
    /// Reads the settings off the shapes of a file's tensors, by name, for files that do not name
    /// their model; null when the tensors are not those of this model.
    /// </summary>
    public Func<IReadOnlyDictionary<string, long[]>, Settings?> Recognise { get; init; } = _ => null;
}
