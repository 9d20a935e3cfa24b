using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Dashboard.Clusters;

namespace Mnist.Distributed.Coordinator.Live;

/// <summary>A local cluster, for a page.</summary>
/// <param name="name">Name of the cluster.</param>
/// <param name="program">The program of silos that are started.</param>
internal sealed class LiveLocalCluster(string name, SiloProgram program) : LiveCluster(name)
{
    private readonly LocalCluster _cluster = new(name, program);

    /// <inheritdoc />
    public override bool CanChange => true;

    /// <inheritdoc />
    public override Task<IReadOnlyList<ShownSilo>> Silos() => Task.FromResult<IReadOnlyList<ShownSilo>>([.. _cluster.Silos().Select(Shown)]);

    /// <inheritdoc />
    public override Task Kill(string silo)
    {
        _cluster.Kill(silo);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task Leave(string silo) => _cluster.Leave(silo);

    /// <inheritdoc />
    public override Task Add() => _cluster.Grow(CancellationToken.None);

    /// <inheritdoc />
    protected override async Task<TrainingCluster?> Connect() => _cluster.Active.Count > 0 ? await _cluster.Join(sendsTelemetry: false) : null;
}
