using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mnist.Distributed.Hosting.Otlp;

/// <summary>
/// Whether telemetry arrives. The first failure is logged; when the program ends it is told on
/// standard error, once. What has not been sent two seconds after the host has stopped is given up,
/// whatever the collector does.
/// </summary>
/// <param name="tell">Writes to standard error.</param>
public sealed partial class OtlpDelivery(Action<string> tell) : IHostedLifecycleService
{
    /// <summary>
    /// How long delivery may go on after the host has stopped. No option: a collector that cannot
    /// take the rest by then shall not hold the program up, and OTEL_EXPORTER_OTLP_TIMEOUT shortens
    /// it.
    /// </summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _givenUp = new();
    private readonly Lock _lock = new();
    private string? _problem;
    private bool _isStopped;
    private bool _isTold;

    /// <summary>Cancelled when nothing is sent any more.</summary>
    public CancellationToken GivenUp => _givenUp.Token;

    /// <summary>Told of the first failure, once the host has made it.</summary>
    public ILogger? Logger { get; set; }

    /// <summary>Notes that something has not arrived.</summary>
    /// <param name="target">Where it was sent.</param>
    /// <param name="reason">Why, in a few words.</param>
    public void Failed(OtlpTarget target, string reason)
    {
        lock (_lock)
        {
            if (_problem is null)
            {
                _problem = $"telemetry could not be delivered to {target} ({reason}): see that a collector answers there, or correct {target.Variable}.";
                if (Logger is { } logger)
                {
                    LogProblem(logger, _problem);
                }
            }

            Tell();
        }
    }

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _givenUp.CancelAfter(Timeout);
        lock (_lock)
        {
            _isStopped = true;
            Tell();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>In the middle of a program's output it would be in the way.</summary>
    private void Tell()
    {
        if (_isStopped && _problem is not null && !_isTold)
        {
            _isTold = true;
            tell(_problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem}")]
    private static partial void LogProblem(ILogger logger, string problem);
}
