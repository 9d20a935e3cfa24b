using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Sweeps;

/// <summary>
/// Finds the sweep that a user means: by its folder, by its id or the beginning of it, or as the
/// newest one. It looks in the folder <c>runs</c> and, if one is named, on a cluster.
/// </summary>
internal static class SweepFinder
{
    /// <summary>Finds a sweep.</summary>
    /// <param name="text">What the user has written.</param>
    /// <param name="cluster">The cluster of the command line; null if it names none.</param>
    /// <param name="access">What is needed to reach a cluster.</param>
    /// <exception cref="InvalidInputException">
    /// There is no such sweep, or there are several.
    /// </exception>
    public static async Task<FoundSweep> Find(string text, ClusterPlace? cluster, ClusterAccess access)
    {
        if (cluster is not null && !Directory.Exists(text))
        {
            var id = ShortId.Pick(text, await IdsOf(cluster), "sweeps");
            Require(id is not null, $"Cluster {cluster.Cluster} has no sweep {Printable.Of(text, 80)}: 'mnist sweep list {cluster.Options}' names those it has.");
            return new FoundSweep(id!, StoredSweep.AllIn(LocalRuns.Usual).FirstOrDefault(sweep => sweep.Results.SweepId == id), cluster);
        }

        var stored = Directory.Exists(text) ? StoredSweep.In(text) : null;
        Require(stored is not null || !Directory.Exists(text), $"{Printable.Of(text)} holds no sweep: name a folder with a {StoredSweep.Name}, or a sweep by its id.");
        if (stored is null)
        {
            Require(RunId.IsValid(text), $"'{Printable.Of(text, 80)}' cannot be a sweep's id, and is no folder: {RunId.Rule}; 'mnist sweep list' names the sweeps there are.");
            var sweeps = StoredSweep.AllIn(LocalRuns.Usual);
            var id = ShortId.Pick(text, [.. sweeps.Select(sweep => sweep.Results.SweepId)], "sweeps");
            Require(id is not null, $"There is no sweep {text} in the folder {LocalRuns.Usual}: 'mnist sweep list' names those there are; name the cluster of a sweep with --cluster NAME.");
            stored = sweeps.First(sweep => sweep.Results.SweepId == id);
        }

        return new FoundSweep(stored.Results.SweepId, stored, stored.Cluster is null ? null : cluster ?? new ClusterPlace(stored.Cluster, access));
    }

    /// <summary>The ids of the sweeps of a cluster, oldest first.</summary>
    public static async Task<IReadOnlyList<string>> IdsOf(ClusterPlace cluster)
    {
        await using var connection = await cluster.Connect();
        SlowWork.Is($"asking cluster {cluster.Cluster} for its sweeps");
        return await RetryingCall.Ask(connection.Grains.GetGrain<IRunQueueGrain>(IRunQueueGrain.Key).Sweeps);
    }
}
