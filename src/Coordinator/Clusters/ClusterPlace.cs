using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// Where a command finds its cluster: by a store that is given or set in the environment, else
/// among the local clusters of this machine.
/// </summary>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="GivenStore">Value of <c>--store</c>; null without this option.</param>
internal sealed record ClusterPlace(string Cluster, string? GivenStore)
{
    /// <summary>
    /// The environment variable that replaces <c>--store</c>. Other users can see command lines,
    /// and a store may need a password.
    /// </summary>
    public const string Variable = "MNIST_STORE";

    /// <summary>
    /// The options that name this cluster in another command. Only the store of a file is repeated,
    /// because other stores may contain a password.
    /// </summary>
    public string Options => $"--cluster {ShellWord.Quoted(Cluster)}{(GivenStore is null ? "" : Store is SqliteStore file ? $" --store {ShellWord.Quoted(file.ToString())}" : " --store STORE")}";

    /// <summary>The store of the cluster; null for a local cluster.</summary>
    /// <exception cref="Contracts.InvalidInputException">The given text names no store.</exception>
    public IClusterStore? Store => (GivenStore, Environment.GetEnvironmentVariable(Variable)) switch
    {
        ({ } given, _) => StoreName.Parse(given, "--store"),
        (_, { Length: > 0 } set) => StoreName.Parse(set, Variable),
        _ => null,
    };

    /// <summary>Connects to the cluster.</summary>
    /// <exception cref="Contracts.InvalidInputException">The cluster cannot be found or
    /// reached.</exception>
    public Task<TrainingCluster> Connect()
    {
        SlowWork.Is($"connecting to cluster {Cluster}");
        return Store is { } store ? StoredCluster.Connect(Cluster, store) : new LocalCluster(Cluster).Connect();
    }
}
