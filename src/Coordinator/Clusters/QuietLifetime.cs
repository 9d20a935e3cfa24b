using Microsoft.Extensions.Hosting;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>A host that leaves interrupts to the command that started it.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
