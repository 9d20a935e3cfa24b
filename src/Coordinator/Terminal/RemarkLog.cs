using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>
/// Writes log lines of a silo in this process to standard error, with <c>--verbose</c>.
/// </summary>
internal sealed class RemarkLog : ILoggerProvider
{
    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Category(categoryName);

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private sealed class Category(string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && Verbosity.IsVerbose;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Remarks.Detail(Printable.Of($"log: {logLevel}: {name}: {formatter(state, exception)}{(exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})")}", Printable.Sentence));
            }
        }
    }
}
