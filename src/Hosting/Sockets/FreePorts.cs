using System.Net;
using System.Net.Sockets;

namespace Mnist.Distributed.Hosting.Sockets;

/// <summary>Finds TCP ports on which no process listens.</summary>
public static class FreePorts
{
    /// <summary>
    /// The loopback address of this machine: that of IPv4, or that of IPv6 if there is no other.
    /// </summary>
    public static IPAddress Loopback { get; } = CanListen(IPAddress.Loopback) || !CanListen(IPAddress.IPv6Loopback) ? IPAddress.Loopback : IPAddress.IPv6Loopback;

    /// <summary>
    /// Finds different free ports of an address. Another process may take one of them before it is
    /// used.
    /// </summary>
    /// <param name="count">Number of ports.</param>
    /// <param name="address">An address of this machine. Default: the loopback address.</param>
    /// <exception cref="SocketException">The address is not an address of this machine.</exception>
    public static int[] Take(int count, IPAddress? address = null)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(address ?? Loopback, 0)).ToArray();
        try
        {
            return Array.ConvertAll(listeners, listener =>
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            });
        }
        finally
        {
            Array.ForEach(listeners, listener => listener.Stop());
        }
    }

    private static bool CanListen(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
