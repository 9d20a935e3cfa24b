using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Grains.Runs;

namespace Mnist.Distributed.Grains.Sweeps;

/// <summary>All that is durable of a sweep. The weights are in the records of its runs.</summary>
[GenerateSerializer, Alias("mnist.SweepRecord")]
public sealed class SweepRecord : IDamageable
{
    /// <summary>The status of the sweep.</summary>
    [Id(0)] public RunStatus Status { get; set; }

    /// <summary>The plan; null before the sweep is started.</summary>
    [Id(1)] public SweepPlan? Plan { get; set; }

    /// <summary>The states of the trials, in the order of the plan.</summary>
    [Id(2)] public List<TrialState> Trials { get; set; } = [];

    /// <summary>The state that all trials start from; null for newly drawn weights.</summary>
    [Id(3)] public TrainingState? Initial { get; set; }

    /// <summary>The time (UTC) of the start.</summary>
    [Id(4)] public DateTime StartedAt { get; set; }

    /// <summary>The time (UTC) of the end; null while it has not ended.</summary>
    [Id(5)] public DateTime? EndedAt { get; set; }

    /// <inheritdoc />
    [field: NonSerialized]
    public string? Damage { get; set; }

    /// <summary>The sweep as a description.</summary>
    /// <param name="sweepId">The id of the sweep.</param>
    /// <param name="message">What keeps the sweep from going on.</param>
    /// <param name="version">How many times the sweep has changed.</param>
    public SweepDescription Describe(string sweepId, string? message, long version) =>
        new(sweepId, Damage is null ? Status : RunStatus.Damaged, Plan, [.. Trials], Damage ?? message, StartedAt, EndedAt, version);
}
