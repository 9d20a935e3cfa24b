using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// The kept checkpoints: checkpoints that training has passed while nobody drove the run, with the
/// data that the driver will ask for at each of them. The driver may be on another silo by then, or
/// may come back late. Because of the kept checkpoints, training need not wait until it is known
/// whether the silo of the driver is lost.
/// </summary>
public sealed class PassedCheckpoints
{
    /// <summary>
    /// The memory that the states may take, in bytes. When it is full, training waits for the
    /// driver.
    /// </summary>
    private const long MostBytes = 256 * 1024 * 1024;

    private readonly Dictionary<long, PassedCheckpoint> _passed = [];

    /// <summary>Whether one more checkpoint may be kept.</summary>
    public bool HasRoom => _passed.Values.Sum(checkpoint => BytesOf(checkpoint.State)) < MostBytes;

    /// <summary>The checkpoint at a step, or null.</summary>
    public PassedCheckpoint? At(long step) => _passed.GetValueOrDefault(step);

    /// <summary>Keeps a checkpoint.</summary>
    public void Add(PassedCheckpoint checkpoint) => _passed[checkpoint.State.Step] = checkpoint;

    /// <summary>
    /// Drops the checkpoints before a step. They are durable, or a later checkpoint is.
    /// </summary>
    public void DropBefore(long step)
    {
        foreach (var passed in _passed.Keys.Where(passed => passed < step).ToArray())
        {
            _passed.Remove(passed);
        }
    }

    private static long BytesOf(TrainingState state) => sizeof(float) * ((long)state.Parameters.Length + state.Slots.Length + (state.Average?.Length ?? 0));
}

/// <summary>A kept checkpoint.</summary>
/// <param name="State">The state at the checkpoint.</param>
/// <param name="Evaluation">The evaluation at the checkpoint; null within an epoch.</param>
/// <param name="Seconds">
/// Seconds that the steps of the parameter server had taken up to the checkpoint.
/// </param>
public sealed record PassedCheckpoint(TrainingState State, EvaluationResult? Evaluation, double Seconds);
