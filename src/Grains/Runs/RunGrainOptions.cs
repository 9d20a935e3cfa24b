namespace Mnist.Distributed.Grains.Runs;

/// <summary>Options of a run's grain.</summary>
public sealed class RunGrainOptions
{
    /// <summary>
    /// Time between two attempts to write the run's record to a store that does not take it.
    /// Default: 250 ms.
    /// </summary>
    public TimeSpan CheckpointRetryPause { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long an activation is kept whose run does not run: whoever has watched the run, or has
    /// found it in a list, often asks for more. Default: 5 s.
    /// </summary>
    public TimeSpan Rest { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How the run replaces its parameter server.</summary>
    public FailoverOptions Failover { get; } = new();
}

/// <summary>
/// How a run waits for its parameter server, and how it replaces one that fails or falls silent.
/// </summary>
public sealed class FailoverOptions
{
    /// <summary>
    /// The least time that the parameter server waits for a straggler; the run waits a little
    /// longer for the parameter server. Default: 400 ms.
    /// </summary>
    public TimeSpan StragglerTimeout { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// How long a new parameter server may take to begin with replicas that are loaded already.
    /// Default: 2 s.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Pause after the first failover that fails; doubles with each further one. Default: 100 ms.
    /// </summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between two failovers. Default: 2 s.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(2);
}
