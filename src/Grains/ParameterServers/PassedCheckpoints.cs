using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Checkpoints that training has passed while nobody drove the run: what its driver, on another
/// silo or awake again, would have asked for at each of them. With it, training need not stand
/// still until it is known whether the driver's silo is lost.
/// </summary>
public sealed class PassedCheckpoints
{
    /// <summary>Memory that the states may take; training waits for its driver then.</summary>
    private const long MostBytes = 256 * 1024 * 1024;

    private readonly Dictionary<long, PassedCheckpoint> _passed = [];

    /// <summary>Whether one more may be kept.</summary>
    public bool HasRoom => _passed.Values.Sum(checkpoint => BytesOf(checkpoint.State)) < MostBytes;

    /// <summary>The checkpoint at a step, or null.</summary>
    public PassedCheckpoint? At(long step) => _passed.GetValueOrDefault(step);

    /// <summary>Keeps a checkpoint.</summary>
    public void Add(PassedCheckpoint checkpoint) => _passed[checkpoint.State.Step] = checkpoint;

    /// <summary>Forgets those before a step: they are durable, or others after them are.</summary>
    public void DropBefore(long step)
    {
        foreach (var passed in _passed.Keys.Where(passed => passed < step).ToArray())
        {
            _passed.Remove(passed);
        }
    }

    private static long BytesOf(TrainingState state) => sizeof(float) * ((long)state.Parameters.Length + state.Slots.Length);
}

/// <summary>What a checkpoint needs.</summary>
/// <param name="State">The state there.</param>
/// <param name="Evaluation">The evaluation there, at the end of an epoch.</param>
/// <param name="Seconds">Seconds that the server's steps had taken.</param>
public sealed record PassedCheckpoint(TrainingState State, EvaluationResult? Evaluation, double Seconds);
