using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// The state that a run was started from, kept for those who want to recompute it.
/// </summary>
[GenerateSerializer, Alias("mnist.InitialState")]
public sealed class InitialState : IDamageable
{
    /// <summary>The state; null for freshly drawn weights.</summary>
    [Id(0)] public TrainingState? State { get; set; }

    /// <inheritdoc />
    [field: NonSerialized]
    public string? Damage { get; set; }
}
