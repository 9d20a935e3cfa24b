namespace Mnist.Distributed.Hosting.Stores;

/// <summary>One silo in the membership of a cluster.</summary>
/// <param name="Silo">
/// The address of the silo in the form of Orleans, which is unique for each start of a silo.
/// </param>
/// <param name="Address">IP address and port.</param>
/// <param name="Status">Status in the membership table.</param>
public sealed record MembershipRow(string Silo, string Address, SiloStatus Status);
