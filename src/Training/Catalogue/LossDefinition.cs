using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Assemblies;
using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Training.Catalogue;

/// <summary>A loss that a catalogue offers by name.</summary>
/// <param name="Name">The name on the command line and in the plan.</param>
/// <param name="Create">Makes the objective for the shape of a data set.</param>
public sealed record LossDefinition(string Name, Func<DataShape, IObjective> Create)
{
    /// <summary>The assembly that defines it; null if this project does.</summary>
    public OwnCode? Code { get; init; }
}
