using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>Asks clusters for their runs.</summary>
internal static class ClusterRuns
{
    /// <summary>
    /// How long a cluster that the user has not named may take. A cluster that answers does so at
    /// once.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The runs of clusters. A cluster that does not answer is noted and left out.
    /// </summary>
    /// <param name="clusters">The clusters.</param>
    /// <param name="note">Receives a sentence for each cluster that does not answer.</param>
    public static async Task<IReadOnlyList<KnownRun>> Of(IReadOnlyList<RunCluster> clusters, Action<string> note)
    {
        var asked = clusters.Select(async cluster =>
        {
            try
            {
                return await Of(cluster).WaitAsync(Patience);
            }
            catch (Exception silent) when (silent is InvalidInputException || PassingFailure.Is(silent))
            {
                note($"The runs of cluster {cluster.Name} are left out: {(silent is InvalidInputException ? Printable.Of(silent.Message, Printable.Sentence) : "it does not answer.")}");
                return [];
            }
        });
        return [.. (await Task.WhenAll(asked)).SelectMany(runs => runs)];
    }

    /// <summary>The runs of a cluster, oldest first.</summary>
    /// <exception cref="InvalidInputException">The cluster cannot be reached.</exception>
    public static async Task<IReadOnlyList<KnownRun>> Of(RunCluster cluster)
    {
        await using var connection = await cluster.Connect();
        var ids = await RetryingCall.Ask(connection.Grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).List);
        var runs = await ListedRuns.Describe(connection.Grains, ids);
        return [.. runs.Where(run => run.Status != RunStatus.Unknown).Select(run => KnownRun.Of(run, cluster))];
    }
}
