namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>Measures the steps of a parameter server and the pauses between them.</summary>
/// <param name="time">The clock.</param>
public sealed class StepClock(TimeProvider time)
{
    private long _lastCounted;
    private long _lastCommit;
    private long _lastBusy;

    /// <summary>
    /// Seconds that the steps have taken. Time between steps, for example for an evaluation, is not
    /// counted.
    /// </summary>
    public double Seconds { get; private set; }

    /// <summary>Time since the parameter server last worked for the run.</summary>
    public TimeSpan Idle => time.GetElapsedTime(_lastBusy);

    /// <summary>Time since the last commit.</summary>
    public TimeSpan SinceCommit => time.GetElapsedTime(_lastCommit);

    /// <summary>The time of day (UTC).</summary>
    public DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Starts the measurement.</summary>
    public void Start()
    {
        _lastCommit = time.GetTimestamp();
        _lastBusy = _lastCommit;
    }

    /// <summary>
    /// Counts time before the start as part of the first step. After a failover, the first step
    /// includes the time in which no parameter server worked.
    /// </summary>
    public void CountIdle(double seconds) => _lastCommit -= (long)(seconds * time.TimestampFrequency);

    /// <summary>Begins a sequence of steps.</summary>
    /// <param name="pauseCounts">
    /// Whether the pause before the first step is part of the duration of this step. It is if an
    /// incident happened in the pause.
    /// </param>
    public void BeginSteps(bool pauseCounts)
    {
        _lastCounted = time.GetTimestamp();
        if (!pauseCounts)
        {
            _lastCommit = _lastCounted;
        }
    }

    /// <summary>Reads the clock at the end of a step.</summary>
    /// <returns>The current timestamp, and the time since the commit of the step before.</returns>
    public (long Now, TimeSpan Duration) EndStep()
    {
        var now = time.GetTimestamp();
        return (now, time.GetElapsedTime(_lastCommit, now));
    }

    /// <summary>Counts a committed step.</summary>
    /// <param name="now">The timestamp of the end of the step.</param>
    public void Commit(long now)
    {
        Seconds += time.GetElapsedTime(_lastCounted, now).TotalSeconds;
        _lastCounted = now;
        _lastCommit = now;
        _lastBusy = now;
    }

    /// <summary>Notes that the parameter server has worked for the run.</summary>
    public void NoteBusy() => _lastBusy = time.GetTimestamp();
}
