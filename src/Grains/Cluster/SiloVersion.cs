namespace Mnist.Distributed.Grains.Cluster;

/// <summary>The version of the program of a silo.</summary>
/// <param name="Text">The version.</param>
public sealed record SiloVersion(string Text);
