using System.Net;
using System.Net.Sockets;

namespace Mnist.Distributed.Grains.Hosting;

/// <summary>Finds TCP ports on which nobody listens.</summary>
public static class FreePorts
{
    /// <summary>Different free ports of the loopback interface. Another process may take one before it is used.</summary>
    public static int[] Take(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
        {
            listener.Stop();
        }

        return ports;
    }
}
