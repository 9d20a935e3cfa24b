using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Grains.Cluster;

/// <inheritdoc cref="IClusterGrain" />
[KeepAlive]
public sealed class ClusterGrain(IRoster roster, TimeProvider time) : Grain, IClusterGrain
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<SiloLoad>> Silos() => [.. (await ClusterLoad.Of(roster, time)).Values.OrderBy(silo => silo.Name, StringComparer.Ordinal)];
}
