using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Vectors;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>What the workers of a run compute with on one silo.</summary>
/// <param name="Setup">The run's plan, model and objective.</param>
/// <param name="Samples">The training split, as many samples as the plan uses.</param>
/// <param name="Parameters">The replica's parameters.</param>
/// <param name="IsShared">Whether gradients lie in memory that other processes can map.</param>
public sealed record WorkerInputs(TrainingSetup Setup, ImageSet Samples, FlatVector Parameters, bool IsShared);
