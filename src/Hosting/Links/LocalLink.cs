using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Sockets;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Hosting.Links;

/// <summary>
/// Unix sockets in a folder that only this user can enter, for a cluster on one machine. No process
/// listens on a TCP port, and the operating system lets no other user connect. A port of a loopback
/// address is the name of a socket in the folder.
/// </summary>
/// <param name="folder">The folder; made when a silo listens.</param>
public sealed class LocalLink(string folder) : ClusterLink
{
    private const int FirstPort = 1024;
    private const int Attempts = 1000;

    private readonly Dictionary<int, Socket> _taken = [];

    // .NET deletes the name of a socket when the socket is disposed of, and needs the path then.
    private readonly List<SocketPath> _bound = [];

    /// <summary>The folder of the sockets.</summary>
    public string Folder => folder;

    /// <summary>
    /// Takes ports and listens on them at once, so no other silo can take them.
    /// </summary>
    /// <inheritdoc />
    public override int[] TakePorts(int count, IPAddress address) => [.. Enumerable.Range(0, count).Select(_ => Take())];

    /// <inheritdoc />
    internal override async ValueTask<Socket> Connect(IPEndPoint endpoint, CancellationToken cancellation)
    {
        if (!IPAddress.IsLoopback(endpoint.Address))
        {
            throw new PeerRefusedException($"a silo is at {endpoint.Address}, and this process has no identity to show it: give one with --identity");
        }

        RequireOwnFolder();
        var socket = UnixSockets.New();
        try
        {
            using var path = SocketPath.Of(folder, NameOf(endpoint.Port));
            await socket.ConnectAsync(path.EndPoint, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    internal override Socket? Listen(IPEndPoint endpoint) =>
        _taken.Remove(endpoint.Port, out var taken) ? taken
        : Bind(endpoint.Port) ?? (IsStale(endpoint.Port) ? Bind(endpoint.Port) : null) ?? throw new SocketException((int)SocketError.AddressAlreadyInUse);

    /// <summary>
    /// Who connects to a socket trusts whoever listens there. A folder that is missing is like a
    /// silo that does not answer.
    /// </summary>
    private void RequireOwnFolder()
    {
        try
        {
            TrustedFile.RequireOwn(folder);
        }
        catch (InvalidInputException refusal)
        {
            throw new PeerRefusedException($"the folder of its sockets is not safe: {refusal.Message.TrimEnd('.')}");
        }
    }

    private int Take()
    {
        PrivateFolder.Make(folder);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = Random.Shared.Next(FirstPort, IPEndPoint.MaxPort + 1);
            if (!_taken.ContainsKey(port) && Bind(port) is { } socket)
            {
                _taken[port] = socket;
                return port;
            }
        }

        throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }

    /// <returns>The listening socket; null if the name exists.</returns>
    private Socket? Bind(int port)
    {
        PrivateFolder.Make(folder);
        var socket = UnixSockets.New();
        try
        {
            var path = SocketPath.Of(folder, NameOf(port));
            socket.Bind(path.EndPoint);
            _bound.Add(path);
            socket.Listen();
            return socket;
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Removes the name of a port if its process has ended.</summary>
    private bool IsStale(int port)
    {
        using var socket = UnixSockets.New();
        try
        {
            using var path = SocketPath.Of(folder, NameOf(port));
            socket.Connect(path.EndPoint);
            return false;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(Path.Combine(folder, NameOf(port)));
            return true;
        }
    }

    private static string NameOf(int port) => port.ToString(CultureInfo.InvariantCulture);
}
