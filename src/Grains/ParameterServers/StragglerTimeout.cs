namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Decides how long a round of calls may take before those that have not answered count as late. A
/// false suspicion costs a repeated computation and no bits, a missed one costs the wait, so the
/// limit follows what rounds have taken lately.
/// </summary>
/// <param name="options">The limits.</param>
/// <param name="first">Timeout with the first round.</param>
public sealed class StragglerTimeout(StragglerOptions options, TimeSpan first)
{
    private const int Remembered = 64;
    private readonly TimeSpan[] _rounds = new TimeSpan[Remembered];
    private long _count;

    /// <summary>Notes how long an undisturbed round took.</summary>
    public void Record(TimeSpan round) => _rounds[_count++ % Remembered] = round;

    /// <summary>How long the next round may take, and why.</summary>
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

/// <summary>How long to wait, and why.</summary>
/// <param name="Limit">Time to wait.</param>
/// <param name="Reason">What it follows from, for logs and traces.</param>
public readonly record struct TimeLimit(TimeSpan Limit, string Reason);

/// <summary>Limits of <see cref="StragglerTimeout"/>.</summary>
public sealed class StragglerOptions
{
    /// <summary>
    /// Timeout with the first round, in which everything is compiled and allocated. Default: 10 s.
    /// </summary>
    public TimeSpan First { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Timeout with the first round after a failover. Default: 1 s.</summary>
    public TimeSpan Failover { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Never less than this, whatever the round: a garbage collection or a busy processor is no
    /// death. Default: 400 ms.
    /// </summary>
    public TimeSpan Least { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Multiple of the slowest recent round. Default: 4.</summary>
    public double Factor { get; set; } = 4;
}
