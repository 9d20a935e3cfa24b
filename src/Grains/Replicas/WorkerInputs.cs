using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>The inputs of the workers of a run on one silo.</summary>
/// <param name="Setup">Plan, model and objective of the run.</param>
/// <param name="Samples">The training samples that the plan uses.</param>
/// <param name="Parameters">The parameters of the replica.</param>
/// <param name="IsShared">Whether the gradients are in memory that other processes can map.</param>
public sealed record WorkerInputs(TrainingSetup Setup, ImageSet Samples, FlatVector Parameters, bool IsShared);
