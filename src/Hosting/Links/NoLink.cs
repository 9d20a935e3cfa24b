using System.Net;
using System.Net.Sockets;

namespace Mnist.Distributed.Hosting.Links;

/// <summary>
/// The link of a cluster of one silo that nobody else may reach: it never listens.
/// </summary>
public sealed class NoLink : ClusterLink
{
    /// <inheritdoc />
    public override int[] TakePorts(int count, IPAddress address) => [.. Enumerable.Range(1, count)];

    /// <inheritdoc />
    internal override ValueTask<Socket> Connect(IPEndPoint endpoint, CancellationToken cancellation) =>
        throw new SocketException((int)SocketError.ConnectionRefused);

    /// <inheritdoc />
    internal override Socket? Listen(IPEndPoint endpoint) => null;
}
