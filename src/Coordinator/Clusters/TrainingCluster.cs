using Microsoft.Extensions.Hosting;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>A cluster to talk to: a running one, or a silo in this very process.</summary>
internal sealed class TrainingCluster(IHost host, IGrainFactory grains) : IAsyncDisposable
{
    /// <summary>The cluster's grains.</summary>
    public IGrainFactory Grains { get; } = grains;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
