using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Gateways;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// A store: it contains the membership and the state of the grains of clusters.
/// </summary>
public interface IClusterStore : IGatewaySource
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

    /// <inheritdoc cref="IGatewaySource.SocketFolder" />
    new string SocketFolder(string cluster);

    /// <inheritdoc />
    string? IGatewaySource.SocketFolder(string cluster) => SocketFolder(cluster);

    /// <summary>Configures a silo to use the store for membership and grain storage.</summary>
    void AddTo(ISiloBuilder silo);
}
