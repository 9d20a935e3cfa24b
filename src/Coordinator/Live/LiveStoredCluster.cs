using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Dashboard.Clusters;
using Mnist.Distributed.Hosting.Gateways;
using Mnist.Distributed.Hosting.Links;

namespace Mnist.Distributed.Coordinator.Live;

/// <summary>
/// A cluster that is found by its store or its gateways, for a page. Its silos may be on any
/// machine.
/// </summary>
/// <param name="name">Name of the cluster.</param>
/// <param name="gateways">Where its gateways are found.</param>
/// <param name="access">What is needed to reach its silos.</param>
internal sealed class LiveStoredCluster(string name, IGatewaySource gateways, ClusterAccess access) : LiveCluster(name)
{
    // One for all attempts to connect, because a link with an identity watches its files.
    private readonly Lazy<ClusterLink> _link = new(() => access.Link(gateways, name));

    /// <inheritdoc />
    public override bool CanChange => false;

    /// <inheritdoc />
    public override async Task<IReadOnlyList<ShownSilo>> Silos()
    {
        try
        {
            return await Grains() is { } grains ? [.. (await StoredCluster.Silos(grains)).Select(Shown)] : [];
        }
        catch (Exception silent) when (PassingFailure.Is(silent))
        {
            return [];
        }
    }

    /// <inheritdoc />
    public override Task Kill(string silo) => throw Elsewhere();

    /// <inheritdoc />
    public override Task Leave(string silo) => throw Elsewhere();

    /// <inheritdoc />
    public override Task Add() => throw Elsewhere();

    /// <inheritdoc />
    protected override async Task<TrainingCluster?> Connect() => await StoredCluster.Connect(Name, gateways, _link.Value, sendsTelemetry: false);

    private static InvalidInputException Elsewhere() => new("The silos of this cluster are started and ended where they run.");
}
