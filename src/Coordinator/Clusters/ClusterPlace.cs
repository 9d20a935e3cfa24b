using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Gateways;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// Where a command finds its cluster: by a store or by gateways that are given or set in the
/// environment, else among the local clusters of this machine.
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
        + (Access.GivenStore is null ? "" : Gateways is SqliteStore file ? $" --store {ShellWord.Quoted(file.ToString())}" : " --store STORE")
        + (Access.GivenGateways is { } gateways ? $" --gateways {ShellWord.Quoted(gateways)}" : "")
        + (Access.GivenIdentity is { } identity ? $" --identity {ShellWord.Quoted(identity)}" : "")
        + (Access.IsInsecure ? " --insecure" : "");

    /// <inheritdoc cref="ClusterAccess.Gateways" />
    public IGatewaySource? Gateways => Access.Gateways;

    /// <summary>The cluster of a command line that also works without one.</summary>
    /// <param name="cluster">Value of <c>--cluster</c>; null without this option.</param>
    /// <param name="access">What is needed to reach the cluster.</param>
    /// <exception cref="Contracts.InvalidInputException">
    /// There are options for a cluster, but no name.
    /// </exception>
    public static ClusterPlace? Of(string? cluster, ClusterAccess access)
    {
        Contracts.InvalidInputException.Require(
            cluster is not null || !access.IsTyped, "--store, --gateways, --identity and --insecure tell how to reach a cluster: name the cluster too, with --cluster NAME.");
        return cluster is null ? null : new ClusterPlace(cluster, access);
    }

    /// <summary>
    /// The cluster of a command line about runs: the usual one if the user tells how to reach a
    /// cluster, and does not name it. Null if the command line tells nothing.
    /// </summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static ClusterPlace? OrUsual(string? cluster, ClusterAccess access) => Of(cluster ?? (access.IsTyped ? ClusterName.Usual : null), access);

    /// <summary>Connects to the cluster.</summary>
    /// <exception cref="Contracts.InvalidInputException">The cluster cannot be found or
    /// reached.</exception>
    public Task<TrainingCluster> Connect()
    {
        SlowWork.Is($"connecting to cluster {Cluster}");
        Remarks.Detail(Gateways switch
        {
            null => $"cluster {Cluster}: local, in {ClusterFolder.Of(Cluster).Path}",
            SqliteStore file => $"cluster {Cluster}: by its store {file}",
            KnownGateways => $"cluster {Cluster}: by its gateways",
            _ => $"cluster {Cluster}: by a store on a server",
        });
        return Gateways is { } elsewhere ? StoredCluster.Connect(Cluster, elsewhere, Access.Link(elsewhere, Cluster)) : new LocalCluster(Cluster).Connect();
    }
}
