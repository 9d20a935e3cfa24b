using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>Connections of a test to clusters on this machine.</summary>
internal static class StoredClusters
{
    /// <summary>Connects by the sockets of this user.</summary>
    public static Task<TrainingCluster> Connect(string cluster, IClusterStore store) =>
        StoredCluster.Connect(cluster, store, new ClusterAccess().Link(store, cluster));
}
