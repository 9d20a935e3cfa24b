namespace Mnist.Distributed.Tests.Hosting.Identity;

/// <summary>The system's clock, which a test sets forward.</summary>
internal sealed class SetClock : TimeProvider
{
    private long _ahead;

    private TimeSpan Ahead => TimeSpan.FromTicks(Volatile.Read(ref _ahead));

    /// <summary>Sets the clock forward.</summary>
    public void Advance(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);
}
