using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Grains.Runs;

/// <inheritdoc cref="IRunIndexGrain" />
public sealed class RunIndexGrain([PersistentState("index")] IPersistentState<RunIndex> index) : Grain, IRunIndexGrain
{
    /// <inheritdoc />
    public async Task Add(string runId)
    {
        if (!index.State.RunIds.Contains(runId))
        {
            index.State.RunIds.Add(runId);
            await index.WriteStateAsync();
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> List() => Task.FromResult<IReadOnlyList<string>>([.. index.State.RunIds]);
}

/// <summary>The persisted list of runs.</summary>
[GenerateSerializer, Alias("mnist.RunIndex")]
public sealed class RunIndex
{
    /// <summary>Run ids, oldest first.</summary>
    [Id(0)] public List<string> RunIds { get; set; } = [];
}
