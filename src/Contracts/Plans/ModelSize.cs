namespace Mnist.Distributed.Contracts.Plans;

/// <summary>The sizes of a model that decide how much memory a run takes.</summary>
/// <param name="Vector">Floats of the whole vector: parameters and running statistics.</param>
/// <param name="Parameters">Floats of it that are trained.</param>
/// <param name="Slots">Slots that the optimizer keeps for each parameter.</param>
/// <param name="FloatsPerSample">Floats that a training network keeps for each sample of a batch.</param>
public readonly record struct ModelSize(int Vector, int Parameters, int Slots, int FloatsPerSample);
