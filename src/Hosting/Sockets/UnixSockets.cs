using System.Net.Sockets;

namespace Mnist.Distributed.Hosting.Sockets;

/// <summary>Unix sockets for links on one machine.</summary>
internal static class UnixSockets
{
    /// <summary>
    /// Bytes that a socket takes before its sender waits. A vector of a small MLP fits. The default
    /// of Linux is 208 KB, so each vector would cost a wait.
    /// </summary>
    private const int SendBytes = 1024 * 1024;

    /// <summary>Creates a socket.</summary>
    public static Socket New()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Prepare(socket);
        return socket;
    }

    /// <summary>Lets a socket take a whole vector.</summary>
    public static void Prepare(Socket socket) => socket.SendBufferSize = SendBytes;
}
