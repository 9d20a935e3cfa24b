using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// Where clusters keep their membership and their grains' state. <c>ToString</c> names it without
/// its passwords.
/// </summary>
public interface IClusterStore
{
    /// <summary>
    /// Makes what is missing for a silo of the cluster; what is there already is kept. Several
    /// silos may do so at once.
    /// </summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <exception cref="InvalidInputException">The store cannot be reached or used, or holds
    /// something else under the names it needs.</exception>
    Task Create(string cluster);

    /// <summary>Sees that a client finds the cluster here.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <exception cref="InvalidInputException">The store cannot be reached or used, or does not
    /// know the cluster.</exception>
    Task Check(string cluster);

    /// <summary>Lets a silo find its peers and keep its grains' state in the store.</summary>
    void AddTo(ISiloBuilder silo);

    /// <summary>Lets a client find the gateways in the store.</summary>
    void AddTo(IClientBuilder client);
}
