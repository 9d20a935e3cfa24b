using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Dashboard;
using Mnist.Distributed.Dashboard.Clusters;
using Mnist.Distributed.Dashboard.Runs;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Live;

/// <summary>Makes what a page shows.</summary>
internal static class LiveClusters
{
    /// <summary>A cluster and the results in a folder.</summary>
    /// <param name="cluster">
    /// The cluster, and the grains of it; null while none of its silos answers.
    /// </param>
    /// <param name="results">The folder that holds folders of runs.</param>
    /// <param name="catalogue">Resolves the names in plans.</param>
    public static PageContent Content((IShownCluster Shown, Func<Task<IGrainFactory?>> Grains) cluster, string results, TrainingCatalogue catalogue) => new(
        cluster.Shown, [new ClusterRuns(cluster.Shown.Name, cluster.Grains, catalogue), new FolderRuns(results, catalogue)]);

    /// <summary>The cluster at a place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="program">The program of silos that are started.</param>
    public static LiveCluster At(ClusterPlace place, SiloProgram program) =>
        place.Gateways is { } elsewhere ? new LiveStoredCluster(place.Cluster, elsewhere, place.Access) : new LiveLocalCluster(place.Cluster, program);
}
