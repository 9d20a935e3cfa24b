using System.Net;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Identity;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Hosting.Links;

/// <summary>Chooses the link of a process.</summary>
public static class ClusterLinks
{
    /// <summary>The link of a client.</summary>
    /// <param name="sockets">
    /// The folder of the sockets of the cluster on this machine; null if it is reached by the
    /// network.
    /// </param>
    /// <param name="cluster">The name of its cluster.</param>
    /// <param name="identity">The folder of its identity; null for none.</param>
    /// <param name="isInsecure">Whether the user accepts a cluster that lets everybody in.</param>
    /// <exception cref="InvalidInputException">The identity cannot be used, or there is
    /// none.</exception>
    public static ClusterLink ForClient(string? sockets, string cluster, string? identity, bool isInsecure)
    {
        Require(identity is null || !isInsecure, "--insecure uses no identity: leave it or --identity out.");
        return isInsecure ? new OpenLink()
            : identity is not null ? new TlsLink(IdentityIn(identity, cluster, ClusterRole.Observer))
            : new LocalLink(sockets ?? throw new InvalidInputException(
                $"Gateways of cluster {Printable.Of(cluster)} are reached by the network, and this program has no identity to show them: give its folder with --identity."));
    }

    /// <summary>The link of a silo.</summary>
    /// <param name="sockets">The folder of the sockets of the cluster on this machine.</param>
    /// <param name="addresses">The addresses by which it can be reached.</param>
    /// <param name="transport">What the user has chosen.</param>
    /// <param name="identity">Its identity; null for none.</param>
    /// <exception cref="InvalidInputException">
    /// Others could reach the silo, and it has no identity.
    /// </exception>
    public static ClusterLink ForSilo(string sockets, IReadOnlyList<IPAddress> addresses, SiloTransport transport, IdentityWatch? identity)
    {
        var outside = addresses.FirstOrDefault(address => !IPAddress.IsLoopback(address));
        if (transport == SiloTransport.Auto)
        {
            transport = outside is null ? SiloTransport.Sockets : SiloTransport.Tls;
            Require(
                outside is null || identity is not null,
                $"Other machines may reach this silo at {outside}, and it has no identity: make one with 'mnist cluster identity create' and 'mnist cluster identity issue' and give its "
                + "folder with --Silo:Identity, or let everybody in with --Silo:Transport insecure.");
        }

        switch (transport)
        {
            case SiloTransport.Insecure:
                return new OpenLink();
            case SiloTransport.Tls:
                return new TlsLink(identity ?? throw new InvalidInputException("Silo:Transport tls needs an identity: give its folder with --Silo:Identity."));
            default:
                Require(outside is null, $"Silo:Transport sockets reaches this machine only, but the address {outside} is another one: leave Silo:Address and Silo:Listen out.");
                return new LocalLink(sockets);
        }
    }

    /// <summary>Reads the identity of this process.</summary>
    /// <param name="folder">The folder of the identity.</param>
    /// <param name="cluster">The name of the cluster.</param>
    /// <param name="least">The role that the process needs.</param>
    /// <exception cref="InvalidInputException">The identity cannot be used.</exception>
    public static IdentityWatch IdentityIn(string folder, string cluster, ClusterRole least)
    {
        var identity = new IdentityWatch(folder);
        var subject = identity.Current.Subject;
        var fault = subject.Cluster != cluster
            ? $"is of the cluster {Printable.Of(subject.Cluster)}, not of {Printable.Of(cluster)}"
            : identity.Current.FaultOf(identity.Current.Certificate, [.. identity.Current.Chain], asServer: least == ClusterRole.Silo, least, DateTimeOffset.UtcNow);
        Require(fault is null, $"The certificate in {Printable.Of(folder)} {fault}: issue another one with 'mnist cluster identity issue'.");
        return identity;
    }
}
