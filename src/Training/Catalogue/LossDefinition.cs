using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Objectives;

namespace Mnist.Distributed.Training.Catalogue;

/// <summary>A loss of the catalogue.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Create">Makes the objective for a data set of some shape.</param>
public sealed record LossDefinition(string Name, Func<DataShape, IObjective> Create);
