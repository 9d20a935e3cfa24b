namespace Mnist.Distributed.Tests.Simulation.Clock;

/// <summary>
/// The clock of a process. Its timers wait while the process is stopped. Its wall clock differs
/// from the simulation's time.
/// </summary>
internal sealed class ProcessTime(Timeline timeline, Process process, TimeSpan skew) : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override long GetTimestamp() => timeline.Now.Ticks;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => Start + timeline.Now + skew;

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(timeline, process, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Timeline timeline, Process process, Action elapsed) : ITimer
    {
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var version = ++_version;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                timeline.After(dueTime, process, () => Elapse(version, period));
            }

            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Elapse(int version, TimeSpan period)
        {
            if (version != _version)
            {
                return;
            }

            elapsed();
            if (period > TimeSpan.Zero && version == _version)
            {
                Change(period, period);
            }
        }
    }
}
