using System.Net;
using System.Net.Sockets;

namespace Mnist.Distributed.Hosting.Sockets;

/// <summary>TCP sockets for links between machines.</summary>
internal static class TcpSockets
{
    private const int KeepAliveSeconds = 90;
    private const int KeepAliveIntervalSeconds = 30;
    private const int KeepAliveAttempts = 2;

    /// <summary>Connects to another process.</summary>
    /// <exception cref="SocketException">It cannot be reached.</exception>
    public static async ValueTask<Socket> Connect(IPEndPoint endpoint, CancellationToken cancellation)
    {
        var socket = New(endpoint);
        try
        {
            await socket.ConnectAsync(endpoint, cancellation);
            Prepare(socket);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Listens for connections.</summary>
    /// <exception cref="SocketException">This process cannot listen there.</exception>
    public static Socket Listen(IPEndPoint endpoint)
    {
        var socket = New(endpoint);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            if (endpoint.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endpoint);
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends small messages at once, and notices a machine that is gone without a word.
    /// </summary>
    public static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveAttempts);
    }

    private static Socket New(IPEndPoint endpoint) =>
        new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
}
