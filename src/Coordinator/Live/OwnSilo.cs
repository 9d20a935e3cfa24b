using Mnist.Distributed.Contracts;
using Mnist.Distributed.Dashboard.Clusters;

namespace Mnist.Distributed.Coordinator.Live;

/// <summary>The silo in this process, for a page.</summary>
internal sealed class OwnSilo : IShownCluster
{
    /// <inheritdoc />
    public string Name => "in this process";

    /// <inheritdoc />
    public bool CanChange => false;

    /// <inheritdoc />
    public Task<IReadOnlyList<ShownSilo>> Silos() => Task.FromResult<IReadOnlyList<ShownSilo>>([new("in-process", "active", null, Environment.ProcessId)]);

    /// <inheritdoc />
    public Task Kill(string silo) => throw Refusal();

    /// <inheritdoc />
    public Task Leave(string silo) => throw Refusal();

    /// <inheritdoc />
    public Task Add() => throw Refusal();

    private static InvalidInputException Refusal() => new("This run has the one silo of its own process: start a cluster with 'mnist cluster up' to add silos and to end them.");
}
