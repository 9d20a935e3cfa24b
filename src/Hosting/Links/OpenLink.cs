using System.Net;
using System.Net.Sockets;
using Mnist.Distributed.Hosting.Sockets;

namespace Mnist.Distributed.Hosting.Links;

/// <summary>
/// TCP without encryption and without authentication: whoever reaches the ports is let in. Only
/// used if the user asks for it.
/// </summary>
public sealed class OpenLink : ClusterLink
{
    /// <inheritdoc />
    public override string Warning =>
        "is insecure: everybody who reaches its ports can read and end its runs, and nothing is encrypted";

    /// <inheritdoc />
    internal override ValueTask<Socket> Connect(IPEndPoint endpoint, CancellationToken cancellation) => TcpSockets.Connect(endpoint, cancellation);

    /// <inheritdoc />
    internal override Socket? Listen(IPEndPoint endpoint) => TcpSockets.Listen(endpoint);
}
