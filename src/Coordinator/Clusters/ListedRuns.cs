using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>Asks a cluster for descriptions of many of its runs.</summary>
internal static class ListedRuns
{
    /// <summary>How many runs are asked for at a time: each answer may read a record.</summary>
    private const int AtOnce = 16;

    /// <summary>The descriptions of runs, in the order of their ids.</summary>
    /// <param name="grains">The grains of the cluster.</param>
    /// <param name="ids">The ids.</param>
    public static async Task<IReadOnlyList<RunDescription>> Describe(IGrainFactory grains, IReadOnlyList<string> ids)
    {
        var runs = new List<RunDescription>();
        foreach (var some in ids.Chunk(AtOnce))
        {
            runs.AddRange(await Task.WhenAll(some.Select(id => RetryingCall.Ask(grains.GetGrain<ITrainingRunGrain>(id).Describe))));
        }

        return runs;
    }
}
