namespace Mnist.Distributed.Grains.Cluster;

/// <summary>The cluster as one of its silos sees it.</summary>
/// <param name="Name">The silo's own name.</param>
/// <param name="Address">Its own address.</param>
/// <param name="Roster">All silos, itself included.</param>
/// <param name="Time">Its clock.</param>
public sealed record SiloView(string Name, SiloAddress Address, IRoster Roster, TimeProvider Time);
