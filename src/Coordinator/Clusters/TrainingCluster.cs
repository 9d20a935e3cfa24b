using Microsoft.Extensions.Hosting;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>A connection to a cluster: to a running one, or to a silo in this process.</summary>
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
