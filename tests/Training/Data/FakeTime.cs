using System.Collections.Concurrent;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>
/// A clock whose short timers end at once. Its long timers end when a test moves the clock.
/// </summary>
internal sealed class FakeTime : TimeProvider
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<TimeSpan> _pauses = new();
    private readonly ConcurrentDictionary<Timer, TimeSpan> _due = new();
    private TimeSpan _now;

    /// <summary>Whether long timers end at once as well.</summary>
    public bool EndsAll { get; init; }

    /// <summary>The short timers that were set.</summary>
    public IReadOnlyList<TimeSpan> Pauses => [.. _pauses];

    /// <summary>Time that has passed.</summary>
    public TimeSpan Now => _now;

    /// <summary>Lets time pass; timers that are due end before this returns.</summary>
    public void Advance(TimeSpan time)
    {
        _now += time;
        foreach (Timer timer in _due.Where(timer => timer.Value <= _now).OrderBy(timer => timer.Value).Select(timer => timer.Key).ToArray())
        {
            if (_due.TryRemove(timer, out _))
            {
                timer.Callback(timer.State);
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        if ((dueTime < Short || EndsAll) && dueTime != Timeout.InfiniteTimeSpan)
        {
            _pauses.Enqueue(dueTime);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }
        else
        {
            timer.Change(dueTime, period);
        }

        return timer;
    }

    private sealed class Timer(FakeTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimerCallback Callback { get; } = callback;

        public object? State { get; } = state;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                Dispose();
            }
            else
            {
                time._due[this] = time._now + dueTime;
            }

            return true;
        }

        public void Dispose() => time._due.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
