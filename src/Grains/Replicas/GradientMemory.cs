namespace Mnist.Distributed.Grains.Replicas;

/// <summary>Where a silo's gradients lie.</summary>
/// <param name="IsShared">In memory that other silos on the machine can map; a silo that has no
/// others needs no such memory.</param>
public sealed record GradientMemory(bool IsShared);
