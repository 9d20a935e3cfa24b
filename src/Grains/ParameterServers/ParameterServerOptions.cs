namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>Options of a parameter server.</summary>
public sealed class ParameterServerOptions
{
    /// <summary>
    /// How long the parameter server computes before it yields the turn to whoever asks how far it
    /// is. Default: 50 ms.
    /// </summary>
    public TimeSpan LongestTurn { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How long the parameter server stands at a checkpoint before it goes on without its driver.
    /// Default: 500 ms.
    /// </summary>
    public TimeSpan DriverTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// A parameter server that nobody has called for so long ends, if its silo does not hold the
    /// run any more. Default: 1 min.
    /// </summary>
    public TimeSpan ForgottenAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait for stragglers.</summary>
    public StragglerOptions Stragglers { get; } = new();

    /// <summary>How to keep up with the cluster's silos.</summary>
    public ParticipantsOptions Participants { get; } = new();

    /// <summary>When to try slices again after they have failed.</summary>
    public SlicePauseOptions Slices { get; } = new();
}

/// <summary>How a parameter server keeps up with the cluster's silos.</summary>
public sealed class ParticipantsOptions
{
    /// <summary>
    /// How often to look whether silos have joined, left or come back. Default: 100 ms.
    /// </summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a silo that holds the state may take to say so after a failover. Default: 400 ms.
    /// </summary>
    public TimeSpan RecoveryTimeout { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// How long a silo may take to install a state before it counts as a straggler. Default: 5 s.
    /// </summary>
    public TimeSpan InstallTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a silo that could not take part is left alone. Default: 1 s.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(1);
}

/// <summary>When a parameter server tries slices again after they have failed.</summary>
public sealed class SlicePauseOptions
{
    /// <summary>
    /// Pause after the first failure; doubles with each further one. Default: 1 s.
    /// </summary>
    public TimeSpan First { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause. Default: 1 min.</summary>
    public TimeSpan Longest { get; set; } = TimeSpan.FromMinutes(1);
}
