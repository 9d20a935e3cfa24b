namespace Mnist.Distributed.Grains.Cluster;

/// <summary>A silo and its view of the cluster.</summary>
/// <param name="Name">The name of the silo.</param>
/// <param name="Address">The address of the silo.</param>
/// <param name="Roster">All silos, including this one.</param>
/// <param name="Time">The clock of the silo.</param>
public sealed record SiloView(string Name, SiloAddress Address, IRoster Roster, TimeProvider Time);
