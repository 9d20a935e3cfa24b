using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mnist.Distributed.Hosting.Otlp;

/// <summary>
/// Watches the delivery of telemetry. The first failure is logged. When the program ends, the
/// failure is also written to standard error, once. Two seconds after the host has stopped, all
/// requests are cancelled, even if the collector does not answer.
/// </summary>
/// <param name="tell">Writes to standard error.</param>
public sealed partial class OtlpDelivery(Action<string> tell) : IHostedLifecycleService
{
    /// <summary>
    /// How long delivery may continue after the host has stopped. This is not an option: a slow
    /// collector must not delay the end of the program, and OTEL_EXPORTER_OTLP_TIMEOUT can shorten
    /// the time.
    /// </summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _givenUp = new();
    private readonly Lock _lock = new();
    private string? _problem;
    private bool _isStopped;
    private bool _isTold;

    /// <summary>A token that is cancelled when nothing is sent any more.</summary>
    public CancellationToken GivenUp => _givenUp.Token;

    /// <summary>Logs the first failure. It is set when the host has created it.</summary>
    public ILogger? Logger { get; set; }

    /// <summary>Notes that some telemetry has not arrived.</summary>
    /// <param name="target">The target of the request.</param>
    /// <param name="reason">The reason, in a few words.</param>
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

    /// <summary>
    /// Writes the failure to standard error, but only after the host has stopped. Earlier, the line
    /// would appear in the middle of the output of the program.
    /// </summary>
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
