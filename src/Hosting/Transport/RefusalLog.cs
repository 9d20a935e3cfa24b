using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Transport;

/// <summary>
/// Logs who was refused and why. A stranger cannot fill the disk with it: there are a few lines a
/// second at most, and a line says how many others were left out before.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="time">The clock.</param>
internal sealed partial class RefusalLog(ILogger log, TimeProvider time)
{
    private const int MostAtOnce = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _guard = new();
    private long? _start;
    private int _lines;
    private int _leftOut;

    /// <summary>Logs a refusal.</summary>
    /// <param name="from">Who was refused.</param>
    /// <param name="reason">The reason, as a sentence without its full stop.</param>
    public void Refused(string from, string reason)
    {
        lock (_guard)
        {
            if (_start is not { } start || time.GetElapsedTime(start) >= Interval)
            {
                (_start, _lines) = (time.GetTimestamp(), 0);
            }

            if (++_lines > MostAtOnce)
            {
                _leftOut++;
                return;
            }

            LogRefused(log, from, Printable.Of(reason), _leftOut);
            _leftOut = 0;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection of {From} was refused: {Reason} ({LeftOut} more were refused before).")]
    private static partial void LogRefused(ILogger logger, string from, string reason, int leftOut);
}
