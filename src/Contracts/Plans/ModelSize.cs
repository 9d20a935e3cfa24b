namespace Mnist.Distributed.Contracts.Plans;

/// <summary>The sizes of a model that decide how much memory a run takes.</summary>
/// <param name="Vector">
/// Length of the whole vector in floats: parameters and running statistics.
/// </param>
/// <param name="Parameters">Number of these floats that are trained.</param>
/// <param name="Slots">
/// Number of slots of the optimizer, and one more for a moving average; each slot has one float per
/// parameter.
/// </param>
/// <param name="FloatsPerSample">
/// Number of floats that a network in training mode keeps for each sample of a batch.
/// </param>
public readonly record struct ModelSize(int Vector, int Parameters, int Slots, int FloatsPerSample);
