namespace Mnist.Distributed.Grains.Cluster;

/// <summary>A pause before the next try. Each failure doubles the pause, up to a limit.</summary>
/// <param name="First">The pause after one failure.</param>
/// <param name="Longest">The limit.</param>
internal readonly record struct GrowingPause(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The pause after a number of failures; zero if there are none.</summary>
    public TimeSpan After(int failures) => failures == 0
        ? TimeSpan.Zero
        : TimeSpan.FromTicks((long)Math.Min(First.Ticks * Math.Pow(2, failures - 1), Longest.Ticks));
}
