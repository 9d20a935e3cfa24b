namespace Mnist.Distributed.Hosting.Stores;

/// <summary>What membership says of one silo.</summary>
/// <param name="Silo">The silo's address in Orleans' form, which no silo before or after it
/// has.</param>
/// <param name="Address">IP address and port.</param>
/// <param name="Status">Status in the membership table.</param>
public sealed record MembershipRow(string Silo, string Address, SiloStatus Status);
