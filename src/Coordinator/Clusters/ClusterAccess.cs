using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>What a command needs to reach a cluster that is not a local one.</summary>
/// <param name="GivenStore">Value of <c>--store</c>; null without this option.</param>
/// <param name="GivenIdentity">Value of <c>--identity</c>; null without this option.</param>
/// <param name="IsInsecure">Whether <c>--insecure</c> was given.</param>
internal sealed record ClusterAccess(string? GivenStore = null, string? GivenIdentity = null, bool IsInsecure = false)
{
    /// <summary>
    /// The environment variable that replaces <c>--store</c>. Other users can see command lines,
    /// and a store may need a password.
    /// </summary>
    public const string StoreVariable = "MNIST_STORE";

    /// <summary>The environment variable that replaces <c>--identity</c>.</summary>
    public const string IdentityVariable = "MNIST_IDENTITY";

    /// <summary>The store of the cluster; null for a local cluster.</summary>
    /// <exception cref="Contracts.InvalidInputException">The given text names no store.</exception>
    public IClusterStore? Store => (GivenStore, Environment.GetEnvironmentVariable(StoreVariable)) switch
    {
        ({ } given, _) => StoreName.Parse(given, "--store"),
        (_, { Length: > 0 } set) => StoreName.Parse(set, StoreVariable),
        _ => null,
    };

    /// <summary>How this program reaches the silos of a cluster in a store.</summary>
    /// <exception cref="Contracts.InvalidInputException">The identity cannot be used.</exception>
    public ClusterLink Link(IClusterStore store, string cluster) => ClusterLinks.ForClient(
        store.SocketFolder(cluster),
        cluster,
        GivenIdentity ?? (IsInsecure ? null : Environment.GetEnvironmentVariable(IdentityVariable) is { Length: > 0 } set ? set : null),
        IsInsecure);
}
