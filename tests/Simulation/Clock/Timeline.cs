namespace Mnist.Distributed.Tests.Simulation.Clock;

/// <summary>All that happens in a simulated cluster, one thing after the other on one thread; the seed decides the order of what happens at once.</summary>
internal sealed class Timeline(int seed, Action<string>? trace)
{
    private readonly PriorityQueue<(Process? Where, Action What), (long At, int Order)> _queue = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private string? _strayed;

    /// <summary>Every draw of the schedule.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>Time since the start.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Things that have happened.</summary>
    public long Count { get; private set; }

    /// <summary>Differs, as good as always, when anything happens in another order or at another time.</summary>
    public ulong Digest { get; private set; }

    /// <summary>Whether somebody reads what is told.</summary>
    public bool IsTraced => trace is not null;

    /// <summary>Lets something happen later.</summary>
    /// <param name="delay">How much later.</param>
    /// <param name="where">The process it happens in: it waits while that is stopped, and never happens when that is killed. Null for the world outside.</param>
    /// <param name="what">What happens.</param>
    public void After(TimeSpan delay, Process? where, Action what) => _queue.Enqueue((where, what), ((Now + delay).Ticks, Random.Next()));

    /// <summary>Lets the next thing happen.</summary>
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

    /// <summary>A time between two, evenly.</summary>
    public TimeSpan Between(double fromSeconds, double toSeconds) =>
        TimeSpan.FromSeconds(fromSeconds + (Random.NextDouble() * (toSeconds - fromSeconds)));

    /// <summary>Whether something of a probability is so.</summary>
    public bool Draws(double probability) => Random.NextDouble() < probability;

    /// <summary>Refuses work from another thread: something has gone by way of the thread pool, and the schedule would not be repeatable.</summary>
    public bool IsOnThread()
    {
        if (Environment.CurrentManagedThreadId == _thread)
        {
            return true;
        }

        _strayed = $"A continuation left the simulation: {Environment.StackTrace}";
        return false;
    }

    /// <summary>Tells the reader of a replayed schedule.</summary>
    public void Tell(string where, string what) => trace?.Invoke($"{Now.TotalMilliseconds,12:F3} ms  {where,-8} {what}");
}
