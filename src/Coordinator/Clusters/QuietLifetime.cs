using Microsoft.Extensions.Hosting;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// A lifetime of a host that does not react to interrupts: the command that started the host does.
/// </summary>
internal sealed class QuietLifetime : IHostLifetime
{
    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
