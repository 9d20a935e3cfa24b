using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Assemblies;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>An optimizer that a catalogue offers by name.</summary>
/// <param name="Name">The name on the command line and in the plan.</param>
/// <param name="Settings">The settings that the optimizer has.</param>
/// <param name="Create">
/// Makes the optimizer from a plan's settings. It throws <see
/// cref="Contracts.InvalidInputException"/> if two settings contradict each other.
/// </param>
public sealed record OptimizerDefinition(string Name, IReadOnlyList<Setting> Settings, Func<Settings, IOptimizer> Create)
{
    /// <summary>The learning rate of a run that names none.</summary>
    public float LearningRate { get; init; } = 0.01f;

    /// <summary>The assembly that defines it; null if this project does.</summary>
    public OwnCode? Code { get; init; }
}
