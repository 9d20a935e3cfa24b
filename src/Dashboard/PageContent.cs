using Mnist.Distributed.Dashboard.Clusters;
using Mnist.Distributed.Dashboard.Runs;

namespace Mnist.Distributed.Dashboard;

/// <summary>What the page shows.</summary>
/// <param name="Cluster">The cluster; null if there is none.</param>
/// <param name="Sources">
/// Where runs are found. If two know the same run, the first one shows it.
/// </param>
public sealed record PageContent(IShownCluster? Cluster, IReadOnlyList<IRunSource> Sources);
