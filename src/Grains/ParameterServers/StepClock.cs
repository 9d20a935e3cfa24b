namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>Measures a parameter server's steps and the pauses between them.</summary>
/// <param name="time">The clock.</param>
public sealed class StepClock(TimeProvider time)
{
    private long _lastCounted;
    private long _lastCommit;
    private long _lastBusy;

    /// <summary>
    /// Seconds that the steps have taken; what lies between them, evaluations say, is not counted.
    /// </summary>
    public double Seconds { get; private set; }

    /// <summary>Time since the server has last done something for the run.</summary>
    public TimeSpan Idle => time.GetElapsedTime(_lastBusy);

    /// <summary>Begins to measure.</summary>
    public void Start()
    {
        _lastCommit = time.GetTimestamp();
        _lastBusy = _lastCommit;
    }

    /// <summary>Counts the time before the start as part of the first step.</summary>
    public void CountIdle(double seconds) => _lastCommit -= (long)(seconds * time.TimestampFrequency);

    /// <summary>Begins a row of steps.</summary>
    /// <param name="pauseCounts">Whether the pause before belongs to the first step: something went
    /// wrong in it.</param>
    public void BeginSteps(bool pauseCounts)
    {
        _lastCounted = time.GetTimestamp();
        if (!pauseCounts)
        {
            _lastCommit = _lastCounted;
        }
    }

    /// <summary>Reads the clock at the end of a step.</summary>
    /// <returns>Now, and the time since the step before was committed.</returns>
    public (long Now, TimeSpan Duration) EndStep()
    {
        var now = time.GetTimestamp();
        return (now, time.GetElapsedTime(_lastCommit, now));
    }

    /// <summary>Counts a step that is committed.</summary>
    /// <param name="now">When it ended.</param>
    public void Commit(long now)
    {
        Seconds += time.GetElapsedTime(_lastCounted, now).TotalSeconds;
        _lastCounted = now;
        _lastCommit = now;
        _lastBusy = now;
    }

    /// <summary>Takes note that the server has done something for the run.</summary>
    public void NoteBusy() => _lastBusy = time.GetTimestamp();
}
