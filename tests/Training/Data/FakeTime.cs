using System.Collections.Concurrent;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>A clock whose short timers end at once and whose long ones end only when asked for.</summary>
internal sealed class FakeTime : TimeProvider
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<TimeSpan> _pauses = new();

    /// <summary>Whether long timers end at once, too.</summary>
    public bool EndsAll { get; init; }

    /// <summary>The short timers that were set.</summary>
    public IReadOnlyList<TimeSpan> Pauses => [.. _pauses];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < Short)
        {
            _pauses.Enqueue(dueTime);
        }

        if (dueTime < Short || EndsAll)
        {
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
