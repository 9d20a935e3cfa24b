using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Transport;

/// <summary>
/// Logs who was refused and why. A stranger cannot fill the disk with it: there is one line a
/// second at most, which says how many others were left out.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="time">The clock.</param>
internal sealed partial class RefusalLog(ILogger log, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _guard = new();
    private long? _last;
    private int _leftOut;

    /// <summary>Logs a refusal.</summary>
    /// <param name="from">Who was refused.</param>
    /// <param name="reason">The reason, as a sentence without its full stop.</param>
    public void Refused(string from, string reason)
    {
        lock (_guard)
        {
            if (_last is { } last && time.GetElapsedTime(last) < Interval)
            {
                _leftOut++;
                return;
            }

            _last = time.GetTimestamp();
            LogRefused(log, from, Printable.Of(reason), _leftOut);
            _leftOut = 0;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection of {From} was refused: {Reason} ({LeftOut} more were refused before).")]
    private static partial void LogRefused(ILogger logger, string from, string reason, int leftOut);
}
