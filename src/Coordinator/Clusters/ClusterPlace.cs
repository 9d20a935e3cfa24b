using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// Where a command finds its cluster: by its store, if one is given or set, else on this machine.
/// </summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="GivenStore">What <c>--store</c> says; null without it.</param>
internal sealed record ClusterPlace(string Cluster, string? GivenStore)
{
    /// <summary>
    /// The variable that stands for <c>--store</c>: command lines can be seen by others, and stores
    /// may need a password.
    /// </summary>
    public const string Variable = "MNIST_STORE";

    /// <summary>
    /// The options that name the same cluster in another command. A store may hold a password, so
    /// only that of a file is repeated.
    /// </summary>
    public string Options => $"--cluster {ShellWord.Quoted(Cluster)}{(GivenStore is null ? "" : Store is SqliteStore file ? $" --store {ShellWord.Quoted(file.ToString())}" : " --store STORE")}";

    /// <summary>The store that the cluster is found by; null for a local cluster.</summary>
    /// <exception cref="Contracts.InvalidInputException">What is given names no store.</exception>
    public IClusterStore? Store => (GivenStore, Environment.GetEnvironmentVariable(Variable)) switch
    {
        ({ } given, _) => StoreName.Parse(given, "--store"),
        (_, { Length: > 0 } set) => StoreName.Parse(set, Variable),
        _ => null,
    };

    /// <summary>Connects to the cluster.</summary>
    /// <exception cref="Contracts.InvalidInputException">There is no such cluster.</exception>
    public Task<TrainingCluster> Connect()
    {
        SlowWork.Is($"connecting to cluster {Cluster}");
        return Store is { } store ? StoredCluster.Connect(Cluster, store) : new LocalCluster(Cluster).Connect();
    }
}
