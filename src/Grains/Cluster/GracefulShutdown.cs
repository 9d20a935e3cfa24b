using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mnist.Distributed.Grains.Replicas;

namespace Mnist.Distributed.Grains.Cluster;

/// <summary>
/// The graceful shutdown of a silo. Before the silo itself stops, its replicas say in their answers
/// that the silo drains, its parameter servers stop between two steps and fail the next call, and
/// its runs move to other silos. So no other silo waits for a silo that does not answer.
/// </summary>
public sealed partial class GracefulShutdown(
    IDrainingReplicas replicas,
    IRoster roster,
    IOptions<GracefulShutdownOptions> options,
    TimeProvider time,
    ILogger<GracefulShutdown> logger) : IHostedService, IDisposable
{
    /// <summary>
    /// How often the shutdown checks whether all work is handed over. This is not an option,
    /// because a check costs almost nothing.
    /// </summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _announced = new();
    private int _tasks;

    /// <summary>A token that is cancelled when the silo begins to drain.</summary>
    public CancellationToken Announced => _announced.Token;

    /// <summary>
    /// Lets the shutdown wait for a piece of work. The work must watch <see cref="Announced"/> and
    /// hand over.
    /// </summary>
    /// <returns>
    /// A handle. The caller disposes it when the work has ended or is handed over.
    /// </returns>
    public IDisposable Await()
    {
        Interlocked.Increment(ref _tasks);
        return new Handover(this);
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (roster.Active.Count < 2)
        {
            return;
        }

        replicas.Leave();
        _announced.Cancel();
        var start = time.GetTimestamp();
        while (_tasks > 0 || replicas.AwaitAnswers)
        {
            if (time.GetElapsedTime(start) > options.Value.Timeout)
            {
                LogGivenUp(_tasks);
                return;
            }

            await Task.Delay(RefreshInterval, time, CancellationToken.None);
        }

        LogHandedOver(time.GetElapsedTime(start).TotalMilliseconds);
    }

    /// <inheritdoc />
    public void Dispose() => _announced.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "This silo leaves; it has handed over all work in {Milliseconds:F0} ms")]
    private partial void LogHandedOver(double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This silo leaves although {Tasks} pieces of work were not handed over in time")]
    private partial void LogGivenUp(int tasks);

    private sealed class Handover(GracefulShutdown shutdown) : IDisposable
    {
        private bool _over;

        public void Dispose()
        {
            if (!_over)
            {
                _over = true;
                Interlocked.Decrement(ref shutdown._tasks);
            }
        }
    }
}

/// <summary>Options of <see cref="GracefulShutdown"/>.</summary>
public sealed class GracefulShutdownOptions
{
    /// <summary>
    /// The longest time for handing over. After it, the silo stops as if it were lost. Default: 3
    /// s.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);
}
