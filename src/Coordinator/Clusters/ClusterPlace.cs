using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// Where a command finds its cluster: by a store that is given or set in the environment, else
/// among the local clusters of this machine.
/// </summary>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="Access">What is needed to reach it.</param>
internal sealed record ClusterPlace(string Cluster, ClusterAccess Access)
{
    /// <summary>
    /// The options that name this cluster in another command. Only the store of a file is repeated,
    /// because other stores may contain a password.
    /// </summary>
    public string Options => $"--cluster {ShellWord.Quoted(Cluster)}"
        + (Access.GivenStore is null ? "" : Store is SqliteStore file ? $" --store {ShellWord.Quoted(file.ToString())}" : " --store STORE")
        + (Access.GivenIdentity is { } identity ? $" --identity {ShellWord.Quoted(identity)}" : "")
        + (Access.IsInsecure ? " --insecure" : "");

    /// <summary>The store of the cluster; null for a local cluster.</summary>
    /// <exception cref="Contracts.InvalidInputException">The given text names no store.</exception>
    public IClusterStore? Store => Access.Store;

    /// <summary>Connects to the cluster.</summary>
    /// <exception cref="Contracts.InvalidInputException">The cluster cannot be found or
    /// reached.</exception>
    public Task<TrainingCluster> Connect()
    {
        SlowWork.Is($"connecting to cluster {Cluster}");
        return Store is { } store ? StoredCluster.Connect(Cluster, store, Access.Link(store, Cluster)) : new LocalCluster(Cluster).Connect();
    }
}
