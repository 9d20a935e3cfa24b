using System.Net;
using System.Net.Sockets;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Sockets;

namespace Mnist.Distributed.Hosting.Links;

/// <summary>
/// The way in which the processes of a cluster reach each other. It decides who can connect.
/// </summary>
public abstract class ClusterLink
{
    /// <summary>What users are told when they rely on nobody else reaching the ports; null if
    /// nobody can.</summary>
    public virtual string? Warning => null;

    /// <summary>
    /// Why the last connection was refused, as a sentence without its full stop; null if none was.
    /// </summary>
    public string? LastRefusal { get; internal set; }

    /// <summary>Finds different ports that no other silo of this machine has.</summary>
    /// <param name="count">Number of ports.</param>
    /// <param name="address">The address of this machine on which the silo listens.</param>
    /// <exception cref="SocketException">The address is not an address of this machine.</exception>
    public virtual int[] TakePorts(int count, IPAddress address) => FreePorts.Take(count, address);

    /// <summary>Connects to a silo.</summary>
    /// <param name="endpoint">The silo's address and port.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="SocketException">The silo cannot be reached.</exception>
    internal abstract ValueTask<Socket> Connect(IPEndPoint endpoint, CancellationToken cancellation);

    /// <summary>Listens for connections.</summary>
    /// <param name="endpoint">The address and port of this silo.</param>
    /// <returns>The listening socket; null if nobody may connect.</returns>
    /// <exception cref="SocketException">This process cannot listen there.</exception>
    internal abstract Socket? Listen(IPEndPoint endpoint);

    /// <summary>Shows a silo who this process is, and checks that it is a silo.</summary>
    /// <param name="pipes">The new connection.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="PeerRefusedException">One of the two does not accept the other.</exception>
    internal virtual Task Greet(SocketPipes pipes, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Finds out who has connected, and decides whether it may stay.</summary>
    /// <param name="pipes">The new connection.</param>
    /// <param name="least">The role that it needs.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="PeerRefusedException">It may not.</exception>
    internal virtual Task<Peer> Admit(SocketPipes pipes, ClusterRole least, CancellationToken cancellation) =>
        Task.FromResult(Peer.AtPort(least == ClusterRole.Silo ? ClusterRole.Silo : ClusterRole.Operator));
}
