using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Gateways;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>What a command needs to reach a cluster that is not a local one.</summary>
/// <param name="GivenStore">Value of <c>--store</c>; null without this option.</param>
/// <param name="GivenGateways">Value of <c>--gateways</c>; null without this option.</param>
/// <param name="GivenIdentity">Value of <c>--identity</c>; null without this option.</param>
/// <param name="IsInsecure">Whether <c>--insecure</c> was given.</param>
internal sealed record ClusterAccess(string? GivenStore = null, string? GivenGateways = null, string? GivenIdentity = null, bool IsInsecure = false)
{
    /// <summary>
    /// The environment variable that replaces <c>--store</c>. Other users can see command lines,
    /// and a store may need a password.
    /// </summary>
    public const string StoreVariable = "MNIST_STORE";

    /// <summary>The environment variable that replaces <c>--gateways</c>.</summary>
    public const string GatewaysVariable = "MNIST_GATEWAYS";

    /// <summary>The environment variable that replaces <c>--identity</c>.</summary>
    public const string IdentityVariable = "MNIST_IDENTITY";

    /// <summary>The user's default for the store; null for none.</summary>
    public string? UsualStore { get; init; }

    /// <summary>The user's default for the gateways; null for none.</summary>
    public string? UsualGateways { get; init; }

    /// <summary>The user's default for the identity; null for none.</summary>
    public string? UsualIdentity { get; init; }

    /// <summary>Whether the user typed any of the options.</summary>
    public bool IsTyped { get; init; }

    /// <summary>
    /// Where the gateways of the cluster are found: the store or the named gateways, options before
    /// environment variables, and these before defaults from files. Null for a local cluster.
    /// </summary>
    /// <exception cref="InvalidInputException">The given text names no store or gateway, or both
    /// options are given.</exception>
    public IGatewaySource? Gateways => (GivenGateways, GivenStore, Set(GatewaysVariable), Set(StoreVariable)) switch
    {
        ({ }, { }, _, _) => throw new InvalidInputException("--gateways replaces --store: leave one of them out."),
        ({ } given, _, _, _) => KnownGateways.Parse(given, "--gateways"),
        (_, { } given, _, _) => StoreName.Parse(given, "--store"),
        (_, _, { } set, _) => KnownGateways.Parse(set, GatewaysVariable),
        (_, _, _, { } set) => StoreName.Parse(set, StoreVariable),
        _ when UsualGateways is { } usual => KnownGateways.Parse(usual, "--gateways"),
        _ when UsualStore is { } usual => StoreName.Parse(usual, "--store"),
        _ => null,
    };

    /// <summary>How this program reaches the silos of a cluster that is not a local one.</summary>
    /// <exception cref="InvalidInputException">The identity cannot be used, or there is
    /// none.</exception>
    public ClusterLink Link(IGatewaySource gateways, string cluster) =>
        ClusterLinks.ForClient(gateways.SocketFolder(cluster), cluster, GivenIdentity ?? (IsInsecure ? null : Set(IdentityVariable) ?? UsualIdentity), IsInsecure);

    private static string? Set(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set ? set : null;
}
