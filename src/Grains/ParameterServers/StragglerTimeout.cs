namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Decides how long a round of calls may take before silos without an answer count as stragglers. A
/// silo that wrongly counts as a straggler costs a repeated computation, but changes no bits. A
/// straggler that is found late costs waiting time. So the timeout follows the duration of recent
/// rounds.
/// </summary>
/// <param name="options">The limits of the timeout.</param>
/// <param name="first">The timeout of the first round.</param>
public sealed class StragglerTimeout(StragglerOptions options, TimeSpan first)
{
    private const int Remembered = 64;
    private readonly TimeSpan[] _rounds = new TimeSpan[Remembered];
    private long _count;

    /// <summary>Notes the duration of a round in which no silo failed or was late.</summary>
    public void Record(TimeSpan round) => _rounds[_count++ % Remembered] = round;

    /// <summary>The timeout of the next round, with its reason.</summary>
    public TimeLimit Next()
    {
        if (_count == 0)
        {
            return new TimeLimit(first > options.Least ? first : options.Least, "no round has been measured yet");
        }

        var known = _rounds.AsSpan(0, (int)Math.Min(_count, Remembered)).ToArray();
        var slowest = known.Max();
        var limit = slowest * options.Factor;
        return limit <= options.Least
            ? new TimeLimit(options.Least, $"the least timeout; the slowest of the last {known.Length} rounds took {slowest.TotalMilliseconds:F1} ms")
            : new TimeLimit(limit, $"{options.Factor} times the slowest of the last {known.Length} rounds, {slowest.TotalMilliseconds:F1} ms");
    }
}

/// <summary>A timeout and its reason.</summary>
/// <param name="Limit">The time to wait.</param>
/// <param name="Reason">The origin of the limit, for logs and traces.</param>
public readonly record struct TimeLimit(TimeSpan Limit, string Reason);

/// <summary>Limits of <see cref="StragglerTimeout"/>.</summary>
public sealed class StragglerOptions
{
    /// <summary>
    /// The timeout of the first round, which includes compilation and allocation. Default: 10 s.
    /// </summary>
    public TimeSpan First { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The timeout of the first round after a failover. Default: 1 s.</summary>
    public TimeSpan Failover { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The minimum timeout. A garbage collection or a busy processor must not make a silo a
    /// straggler. Default: 400 ms.
    /// </summary>
    public TimeSpan Least { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>The timeout is this multiple of the slowest recent round. Default: 4.</summary>
    public double Factor { get; set; } = 4;
}
