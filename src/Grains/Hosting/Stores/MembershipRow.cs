namespace Mnist.Distributed.Grains.Hosting.Stores;

/// <summary>What membership says of one silo.</summary>
/// <param name="Name">The silo's name.</param>
/// <param name="Address">IP address and port.</param>
/// <param name="Status">Status in the membership table.</param>
/// <param name="StartedAt">When the silo was started (UTC); tells it from one of the same name before it.</param>
public sealed record MembershipRow(string Name, string Address, SiloStatus Status, DateTime StartedAt);
