namespace Mnist.Distributed.Grains.Replicas;

/// <summary>The kind of memory for the gradients of a silo.</summary>
/// <param name="IsShared">
/// Whether other silos on the machine can map the memory. A cluster of one silo does not need this.
/// </param>
public sealed record GradientMemory(bool IsShared);
