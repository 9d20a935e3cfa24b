using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Gateways;

/// <summary>
/// Where a client finds the silos of a cluster that take clients. <c>ToString</c> gives its name
/// without passwords.
/// </summary>
public interface IGatewaySource
{
    /// <summary>Checks that the source can be used for a cluster.</summary>
    /// <param name="cluster">The name of the cluster.</param>
    /// <exception cref="InvalidInputException">
    /// The source cannot be reached or used, or does not know the cluster.
    /// </exception>
    Task Check(string cluster);

    /// <summary>
    /// The folder with the sockets of the silos of a cluster, if its silos are on this machine. All
    /// processes of one user that name the same source get the same folder. Null if the silos can
    /// be reached by the network only.
    /// </summary>
    /// <param name="cluster">The name of the cluster.</param>
    string? SocketFolder(string cluster);

    /// <summary>Configures a client to find the gateways of the cluster here.</summary>
    void AddTo(IClientBuilder client);
}
