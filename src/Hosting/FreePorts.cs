using System.Net;
using System.Net.Sockets;

namespace Mnist.Distributed.Hosting;

/// <summary>Finds TCP ports on which nobody listens.</summary>
public static class FreePorts
{
    /// <summary>
    /// This machine's loopback address: IPv4's, or IPv6's where there is no other.
    /// </summary>
    public static IPAddress Loopback { get; } = CanListen(IPAddress.Loopback) || !CanListen(IPAddress.IPv6Loopback) ? IPAddress.Loopback : IPAddress.IPv6Loopback;

    /// <summary>
    /// Different free ports of an address. Another process may take one before it is used.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="address">An address of this machine. Default: its loopback address.</param>
    /// <exception cref="SocketException">It is no address of this machine.</exception>
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
