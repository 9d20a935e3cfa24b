namespace Mnist.Distributed.Grains.Replicas;

/// <summary>A run that a silo has a replica of, as <see cref="RunWatchdog"/> sees it.</summary>
/// <param name="RunId">The run.</param>
/// <param name="HasState">Whether the replica has a state.</param>
/// <param name="Idle">Time since it was last asked for a step.</param>
/// <param name="Unheard">Time since a parameter server has asked it for anything.</param>
public readonly record struct HeldRun(string RunId, bool HasState, TimeSpan Idle, TimeSpan Unheard)
{
    /// <summary>How a replica stands at the moment.</summary>
    public static HeldRun Of(string runId, Replica replica) => new(runId, replica.HasState, replica.Idle, replica.Unheard);
}
