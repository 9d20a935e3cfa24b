using Microsoft.Extensions.Hosting;
using Mnist.Distributed.Hosting.Processes;

namespace Mnist.Distributed.Silo;

/// <summary>
/// Ends the silo gracefully when it is asked to leave on a system without signals.
/// </summary>
/// <param name="pidFile">The pid file of this silo.</param>
/// <param name="lifetime">Ends the silo.</param>
/// <param name="time">The clock.</param>
internal sealed class LeaveRequestWatch(string pidFile, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (LeaveRequest.Take(pidFile))
            {
                lifetime.StopApplication();
            }
        }
    }
}
