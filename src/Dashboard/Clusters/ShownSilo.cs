namespace Mnist.Distributed.Dashboard.Clusters;

/// <summary>A silo, for the page.</summary>
/// <param name="Name">Name of the silo.</param>
/// <param name="State">
/// Its state: <c>active</c>, <c>starting</c>, <c>leaving</c>, <c>dead</c>, <c>gone</c>.
/// </param>
/// <param name="Address">Its address in the cluster; null if it has none.</param>
/// <param name="Pid">Process id; null for a silo on another machine.</param>
public sealed record ShownSilo(string Name, string State, string? Address, int? Pid);
