using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Grains.Runs;

/// <inheritdoc cref="IRunIndexGrain" />
[KeepAlive]
public sealed class RunIndexGrain([PersistentState("index")] IPersistentState<RunIndex> index) : Grain, IRunIndexGrain
{
    /// <inheritdoc />
    /// <remarks>
    /// A damaged list is replaced by a new one, because its contents are lost in any case.
    /// </remarks>
    public async Task Add(string runId)
    {
        if (!index.State.RunIds.Contains(runId))
        {
            index.State.RunIds.Add(runId);
            index.State.Damage = null;
            await index.WriteStateAsync();
        }
    }

    /// <inheritdoc />
    public async Task Remove(string runId)
    {
        if (index.State.RunIds.Remove(runId))
        {
            await index.WriteStateAsync();
        }
    }

    /// <inheritdoc />
    /// <exception cref="InvalidInputException">The list is damaged.</exception>
    public Task<IReadOnlyList<string>> List() => index.State.Damage is { } damage
        ? throw new InvalidInputException($"The cluster's list of runs is damaged ({damage}): a run can still be named by its id, and the next run begins a new list.")
        : Task.FromResult<IReadOnlyList<string>>([.. index.State.RunIds]);
}

/// <summary>The stored list of runs.</summary>
[GenerateSerializer, Alias("mnist.RunIndex")]
public sealed class RunIndex : IDamageable
{
    /// <summary>Run ids, oldest first.</summary>
    [Id(0)] public List<string> RunIds { get; set; } = [];

    /// <inheritdoc />
    [field: NonSerialized]
    public string? Damage { get; set; }
}
