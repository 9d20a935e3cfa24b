namespace Mnist.Distributed.Grains.Replicas;

/// <summary>
/// A run that has a replica on this silo, from the view of <see cref="RunWatchdog"/>.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="HasState">Whether the replica has a state.</param>
/// <param name="Idle">Time since the replica was last asked for a step.</param>
/// <param name="Unheard">Time since a parameter server last asked the replica for anything.</param>
public readonly record struct HeldRun(string RunId, bool HasState, TimeSpan Idle, TimeSpan Unheard)
{
    /// <summary>Describes a replica at this moment.</summary>
    public static HeldRun Of(string runId, Replica replica) => new(runId, replica.HasState, replica.Idle, replica.Unheard);
}
