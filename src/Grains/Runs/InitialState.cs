using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// The state that a run started from. It is kept, so that the checker can compute the run again.
/// </summary>
[GenerateSerializer, Alias("mnist.InitialState")]
public sealed class InitialState : IDamageable
{
    /// <summary>The state; null for newly drawn weights.</summary>
    [Id(0)] public TrainingState? State { get; set; }

    /// <summary>The run that it belongs to.</summary>
    [Id(1)] public string RunId { get; set; } = "";

    /// <inheritdoc />
    [field: NonSerialized]
    public string? Damage { get; set; }

    /// <summary>The state, for a reader who knows the run.</summary>
    /// <exception cref="InvalidInputException">
    /// The stored state is damaged, or is that of another run.
    /// </exception>
    public TrainingState? Of(string runId) => (Damage ?? (RunId.Length > 0 && RunId != runId ? "it is that of another run" : null)) is { } damage
        ? throw new InvalidInputException($"The state that run {runId} started from is damaged ({damage}): the run cannot be recomputed.")
        : State;
}
