namespace Mnist.Distributed.Grains.Replicas;

/// <summary>The version of the program of a silo.</summary>
/// <param name="Text">The version.</param>
public sealed record SiloVersion(string Text);
