using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Optimizers;

/// <summary>An optimizer of the catalogue.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Create">Makes the optimizer for a plan's settings.</param>
public sealed record OptimizerDefinition(string Name, IReadOnlyList<Setting> Settings, Func<Settings, IOptimizer> Create);
