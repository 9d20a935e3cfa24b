namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>Options of a parameter server.</summary>
public sealed class ParameterServerOptions
{
    /// <summary>
    /// The longest time for which the parameter server computes before it yields, so that a
    /// question about its progress is answered. Default: 50 ms.
    /// </summary>
    public TimeSpan LongestTurn { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How long the parameter server waits at a checkpoint for its driver before it continues
    /// without the driver. Default: 500 ms.
    /// </summary>
    public TimeSpan DriverTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// A parameter server without a call for this time ends, if its silo does not hold the run any
    /// more. Default: 1 min.
    /// </summary>
    public TimeSpan ForgottenAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Limits of the straggler timeout.</summary>
    public StragglerOptions Stragglers { get; } = new();

    /// <summary>Intervals and limits for the participants.</summary>
    public ParticipantsOptions Participants { get; } = new();

    /// <summary>Pauses after a failure of slices.</summary>
    public SlicePauseOptions Slices { get; } = new();
}

/// <summary>
/// Intervals and limits for the <see cref="ParameterServers.Participants"/> of a run.
/// </summary>
public sealed class ParticipantsOptions
{
    /// <summary>
    /// The refresh interval: how often the parameter server checks whether silos have joined, left
    /// or come back. Default: 100 ms.
    /// </summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a new parameter server waits after a failover for reports of silos, if at least one
    /// silo that holds the run has answered. Default: 400 ms.
    /// </summary>
    public TimeSpan RecoveryTimeout { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// How long a silo may take to install a state before it counts as a straggler. Default: 5 s.
    /// </summary>
    public TimeSpan InstallTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the parameter server waits before it asks a silo again that has failed or that
    /// could not take part. Default: 1 s.
    /// </summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(1);
}

/// <summary>How long a parameter server exchanges whole vectors after slices have failed.</summary>
public sealed class SlicePauseOptions
{
    /// <summary>
    /// Pause after the first failure. It doubles with each further failure. Default: 1 s.
    /// </summary>
    public TimeSpan First { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause. Default: 1 min.</summary>
    public TimeSpan Longest { get; set; } = TimeSpan.FromMinutes(1);
}
