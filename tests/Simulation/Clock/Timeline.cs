namespace Mnist.Distributed.Tests.Simulation.Clock;

/// <summary>
/// Runs the events of a simulated cluster one after the other, on one thread. The seed decides the
/// order of simultaneous events.
/// </summary>
internal sealed class Timeline(int seed, Action<string>? trace)
{
    private readonly PriorityQueue<(Process? Where, Action What), (long At, int Order)> _queue = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private string? _strayed;

    /// <summary>The source of all random numbers of a schedule.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>Time since the start.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Number of events so far.</summary>
    public long Count { get; private set; }

    /// <summary>
    /// A hash of the times and the order of all events. Two different sequences almost always have
    /// different digests.
    /// </summary>
    public ulong Digest { get; private set; }

    /// <summary>Whether the events are traced.</summary>
    public bool IsTraced => trace is not null;

    /// <summary>Adds an event.</summary>
    /// <param name="delay">Time from now to the event.</param>
    /// <param name="where">
    /// The process of the event. The event waits while the process is stopped, and never happens if
    /// the process is killed. Null for an event outside the processes.
    /// </param>
    /// <param name="what">The action.</param>
    public void After(TimeSpan delay, Process? where, Action what) => _queue.Enqueue((where, what), ((Now + delay).Ticks, Random.Next()));

    /// <summary>Runs the next event.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Next()
    {
        if (!_queue.TryDequeue(out var next, out var key))
        {
            return false;
        }

        Now = TimeSpan.FromTicks(key.At);
        Count++;
        Digest = (Digest ^ (ulong)key.At) * 0x9E3779B97F4A7C15;
        if (next.Where is null)
        {
            next.What();
        }
        else
        {
            next.Where.Do(next.What);
        }

        return _strayed is null ? true : throw new InvalidOperationException(_strayed);
    }

    /// <summary>Draws a time between two times, uniformly.</summary>
    public TimeSpan Between(double fromSeconds, double toSeconds) =>
        TimeSpan.FromSeconds(fromSeconds + (Random.NextDouble() * (toSeconds - fromSeconds)));

    /// <summary>Draws true with a probability.</summary>
    public bool Draws(double probability) => Random.NextDouble() < probability;

    /// <summary>
    /// Checks the thread. It refuses work from another thread: work that goes through the thread
    /// pool makes the schedule unrepeatable.
    /// </summary>
    public bool IsOnThread()
    {
        if (Environment.CurrentManagedThreadId == _thread)
        {
            return true;
        }

        _strayed = $"A continuation left the simulation: {Environment.StackTrace}";
        return false;
    }

    /// <summary>Writes to the trace of a replayed schedule.</summary>
    public void Tell(string where, string what) => trace?.Invoke($"{Now.TotalMilliseconds,12:F3} ms  {where,-8} {what}");
}
