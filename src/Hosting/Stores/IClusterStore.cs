using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// A store: it contains the membership and the state of the grains of clusters. <c>ToString</c>
/// gives its name without passwords.
/// </summary>
public interface IClusterStore
{
    /// <summary>
    /// Prepares the store for a silo of a cluster: creates everything that is missing and keeps
    /// everything that exists. Several silos may call this at the same time.
    /// </summary>
    /// <param name="cluster">The name of the cluster.</param>
    /// <exception cref="InvalidInputException">
    /// The store cannot be reached or used, or contains something else under the names that it
    /// needs.
    /// </exception>
    Task Create(string cluster);

    /// <summary>Checks that the store knows a cluster, for a client.</summary>
    /// <param name="cluster">The name of the cluster.</param>
    /// <exception cref="InvalidInputException">
    /// The store cannot be reached or used, or does not know the cluster.
    /// </exception>
    Task Check(string cluster);

    /// <summary>
    /// The folder with the sockets of the silos of a cluster, if its silos are on this machine. All
    /// processes of one user that name the same store get the same folder.
    /// </summary>
    /// <param name="cluster">The name of the cluster.</param>
    string SocketFolder(string cluster);

    /// <summary>Configures a silo to use the store for membership and grain storage.</summary>
    void AddTo(ISiloBuilder silo);

    /// <summary>Configures a client to find the gateways of the cluster in the store.</summary>
    void AddTo(IClientBuilder client);
}
