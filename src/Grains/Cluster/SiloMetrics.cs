using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Mnist.Distributed.Grains.Compute;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Grains.Cluster;

/// <summary>The metrics of a silo, without regard to runs.</summary>
public sealed class SiloMetrics : IHostedService
{
    /// <summary>Creates the instruments; they are read when somebody collects metrics.</summary>
    /// <param name="meters">Owns the meter.</param>
    /// <param name="roster">The silos of the cluster.</param>
    /// <param name="compute">The compute threads.</param>
    public SiloMetrics(IMeterFactory meters, IRoster roster, ComputePool compute)
    {
        var meter = meters.Create(TrainingTelemetry.Name);
        meter.CreateObservableUpDownCounter("mnist.silos.active", () => roster.Active.Count, "{silo}", "Active silos of the cluster, as this silo sees them.");
        meter.CreateObservableUpDownCounter("mnist.compute.queue", () => compute.Waiting, "{request}", "Work that waits for a compute thread.");
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
