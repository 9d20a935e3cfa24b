using Mnist.Distributed.Contracts;
using Mnist.Distributed.Grains.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>Where a command finds its cluster.</summary>
internal static class ClusterPlace
{
    /// <summary>The variable that stands for <c>--store</c>: command lines can be seen by others, and stores may need a password.</summary>
    public const string Variable = "MNIST_STORE";

    /// <summary>Connects to the cluster of a name: by its store, if one is given or set, else to the local cluster.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="store">What <c>--store</c> says; null without it.</param>
    /// <exception cref="InvalidInputException">There is no such cluster.</exception>
    public static Task<TrainingCluster> Connect(string cluster, string? store) =>
        (Store: store, Set: Environment.GetEnvironmentVariable(Variable)) switch
        {
            { Store: { } given } => StoredCluster.Connect(cluster, StoreName.Parse(given, "--store")),
            { Set: { Length: > 0 } set } => StoredCluster.Connect(cluster, StoreName.Parse(set, Variable)),
            _ => new LocalCluster(cluster).Connect(),
        };
}
