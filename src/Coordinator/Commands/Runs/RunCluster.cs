using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>A cluster that a command asks for its runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">Where it is found; null for a local cluster of this user.</param>
internal sealed record RunCluster(string Name, ClusterPlace? Place)
{
    /// <summary>Its store, if the space in it can be measured from here; null otherwise.</summary>
    public IMeasuredStore? Measured => Place is null || Place.Gateways is null
        ? ClusterFolder.Of(Name) is { HasStore: true } folder ? folder.Store : null
        : Place.Gateways as IMeasuredStore;

    /// <summary>The options that name it in another command.</summary>
    public string Options => Place?.Options ?? $"--cluster {Name}";

    /// <summary>
    /// The clusters that a command asks: the one that its command line names, else that of the
    /// environment or of the user's defaults, and all running clusters of this user.
    /// </summary>
    /// <param name="place">The cluster of the command line.</param>
    /// <param name="isNamed">Whether the command line names it.</param>
    public static IReadOnlyList<RunCluster> Asked(ClusterPlace place, bool isNamed) => isNamed ? [new RunCluster(place.Cluster, place)] :
    [
        .. place.Gateways is null ? [] : (RunCluster[])[new RunCluster(place.Cluster, place)],
        .. ClusterFolder.Names().Where(Runs).Select(name => new RunCluster(name, null)),
    ];

    /// <summary>Whether a local cluster of this user has a silo process.</summary>
    public static bool Runs(string name) => ClusterFolder.Of(name).HasStore && new LocalCluster(name).Alive.Count > 0;

    /// <summary>Connects to the cluster.</summary>
    /// <exception cref="Contracts.InvalidInputException">It cannot be reached.</exception>
    public Task<TrainingCluster> Connect() => Place is null ? new LocalCluster(Name).Join() : Place.Connect();
}
