using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>Makes one run of what a folder and a cluster know of it.</summary>
internal static class RunMerge
{
    /// <summary>All runs, each once, oldest first.</summary>
    /// <param name="folders">The runs in folders.</param>
    /// <param name="clusters">The runs of the clusters that have answered.</param>
    /// <param name="isDown">Whether a cluster is known not to run.</param>
    public static IReadOnlyList<KnownRun> Of(IEnumerable<KnownRun> folders, IEnumerable<KnownRun> clusters, Func<string, bool> isDown)
    {
        // A folder that is called like its run is the usual one; others are copies.
        var local = folders.GroupBy(run => run.RunId).ToDictionary(same => same.Key, same => same.OrderBy(run => Path.GetFileName(run.Folder) != run.RunId).First());
        var remote = clusters.GroupBy(run => run.RunId).ToDictionary(same => same.Key, same => same.OrderBy(run => !run.GoesOn).ThenByDescending(run => run.Epochs.Count).First());
        return
        [
            .. local.Keys.Union(remote.Keys)
                .Select(id => Of(local.GetValueOrDefault(id), remote.GetValueOrDefault(id), isDown))
                .OrderBy(run => run.StartedAt ?? DateTime.MinValue).ThenBy(run => run.RunId, StringComparer.Ordinal),
        ];
    }

    private static KnownRun Of(KnownRun? local, KnownRun? remote, Func<string, bool> isDown)
    {
        if (local is null || remote is null)
        {
            return remote ?? Checked(local!, isDown);
        }

        // A run that has gone on in a process of its own knows more than the cluster it came from.
        var newest = local.HasOwnProcess || (local.ClusterName is null && local.Epochs.Count > remote.Epochs.Count) || remote.Plan is null ? local : remote;
        return newest with
        {
            Folder = local.Folder,
            Cluster = remote.Cluster,
            ClusterName = newest.ClusterName ?? (newest == local ? null : remote.ClusterName),
            WeightsSha256 = local.WeightsSha256,
            HasOwnProcess = local.HasOwnProcess,
        };
    }

    /// <summary>
    /// The folder of a run says that it trains on a cluster. If all silos of the cluster have
    /// ended, the run has been interrupted.
    /// </summary>
    private static KnownRun Checked(KnownRun local, Func<string, bool> isDown) =>
        local is { GoesOn: true, ClusterName: { } cluster } && isDown(cluster)
            ? local with { Status = RunStatus.Interrupted, Message = $"cluster {cluster} does not run", EndedAt = null }
            : local;
}
