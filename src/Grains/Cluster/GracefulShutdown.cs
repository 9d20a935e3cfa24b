using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mnist.Distributed.Grains.Replicas;

namespace Mnist.Distributed.Grains.Cluster;

/// <summary>
/// The graceful shutdown of a silo. Before the silo itself stops, its replicas say in their answers
/// that it leaves, its parameter servers fail on purpose between two steps, and its runs move to
/// other silos. So no other silo waits for one that does not answer.
/// </summary>
public sealed partial class GracefulShutdown(
    IDrainingReplicas replicas,
    IRoster roster,
    IOptions<GracefulShutdownOptions> options,
    TimeProvider time,
    ILogger<GracefulShutdown> logger) : IHostedService, IDisposable
{
    /// <summary>
    /// How often to look whether all is handed over. No option: looking costs next to nothing.
    /// </summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _announced = new();
    private int _tasks;

    /// <summary>Cancelled when the silo begins to leave.</summary>
    public CancellationToken Announced => _announced.Token;

    /// <summary>
    /// Makes the shutdown wait for a piece of work that looks at <see cref="Announced"/> and hands
    /// over.
    /// </summary>
    /// <returns>To be disposed when the work has been handed over or has ended.</returns>
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

    [LoggerMessage(Level = LogLevel.Information, Message = "This silo leaves; all it did was handed over in {Milliseconds:F0} ms")]
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
    /// How long handing over may take; after that the silo leaves as if it had been lost. Default:
    /// 3 s.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);
}
