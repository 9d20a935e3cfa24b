using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>What names a run and what it trains.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Plan">What it trains.</param>
/// <param name="Place">Where its cluster is found; null in this process.</param>
/// <param name="Catalogue">What the plan's names stand for.</param>
internal sealed record RunIdentity(string RunId, TrainingPlan Plan, ClusterPlace? Place, TrainingCatalogue Catalogue)
{
    /// <summary>The cluster it runs on; null in this process.</summary>
    public string? Cluster => Place?.Cluster;
}
