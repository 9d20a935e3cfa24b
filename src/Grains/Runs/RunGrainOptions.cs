namespace Mnist.Distributed.Grains.Runs;

/// <summary>Options of the run grain.</summary>
public sealed class RunGrainOptions
{
    /// <summary>
    /// Time between two attempts to write the record to a store that refuses it. Default: 250 ms.
    /// </summary>
    public TimeSpan CheckpointRetryPause { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long the activation of a run that is not training is kept. Clients that have watched the
    /// run, or have found it in a list, often ask for more. Default: 5 s.
    /// </summary>
    public TimeSpan Rest { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Timeouts and pauses of the failover of the parameter server.</summary>
    public FailoverOptions Failover { get; } = new();
}

/// <summary>
/// How the run grain waits for its parameter server, and how it replaces a parameter server that
/// fails or does not answer.
/// </summary>
public sealed class FailoverOptions
{
    /// <summary>
    /// The minimum straggler timeout of the parameter server. The run grain waits a little longer
    /// for the parameter server. Default: 400 ms.
    /// </summary>
    public TimeSpan StragglerTimeout { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// How long a new parameter server may take to begin, with replicas that have loaded their data
    /// already. Default: 2 s.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Pause after the first failed failover. It doubles with each further one. Default: 100 ms.
    /// </summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between two failovers. Default: 2 s.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(2);
}
