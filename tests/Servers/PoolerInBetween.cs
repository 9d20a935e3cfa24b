using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Mnist.Distributed.Tests.Servers;

/// <summary>
/// Stands between a client and PostgreSQL as PgBouncer does. At the start of a connection it
/// refuses the parameter <c>search_path</c> or, with <c>ignore_startup_parameters</c>, does not
/// pass it on. Source: https://www.postgresql.org/docs/current/protocol-message-formats.html.
/// </summary>
internal sealed class PoolerInBetween : IAsyncDisposable
{
    private const int Version = 196_608;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly bool _ignores;
    private readonly Task _serving;

    public PoolerInBetween(string store, bool ignores)
    {
        _server = new NpgsqlConnectionStringBuilder(store["postgresql:".Length..]);
        _ignores = ignores;
        _listener.Start();
        var port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        Store = $"postgresql:{new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Port = port, Pooling = false }}";
        _serving = Serve();
    }

    public string Store { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task Serve()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(Pass(await _listener.AcceptTcpClientAsync()));
            }
        }
        catch (SocketException)
        {
            // The pooler has been stopped.
        }

        await Task.WhenAll(connections);
    }

    private async Task Pass(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            var start = await Start(near.GetStream());
            var parameters = Encoding.UTF8.GetString(start.AsSpan(4)).Split('\0').Chunk(2).Where(pair => pair is [not "", _]).ToList();
            if (parameters.RemoveAll(pair => pair[0] == "search_path") > 0 && !_ignores)
            {
                await near.GetStream().WriteAsync(Message('E', "SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: search_path\0\0"));
                return;
            }

            await far.ConnectAsync(_server.Host!, _server.Port);
            await far.GetStream().WriteAsync(Packet(Version, string.Concat(parameters.Select(pair => $"{pair[0]}\0{pair[1]}\0")) + "\0"));
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
        }
        catch (IOException)
        {
            // The client or the server has closed its connection.
        }
    }

    /// <summary>
    /// The packet that begins a connection; requests for encryption before it are declined.
    /// </summary>
    private static async Task<byte[]> Start(NetworkStream client)
    {
        while (true)
        {
            var length = new byte[4];
            await client.ReadExactlyAsync(length);
            var packet = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4];
            await client.ReadExactlyAsync(packet);
            if (BinaryPrimitives.ReadInt32BigEndian(packet) == Version)
            {
                return packet;
            }

            await client.WriteAsync("N"u8.ToArray());
        }
    }

    private static byte[] Packet(int code, string contents)
    {
        var packet = new byte[8 + Encoding.UTF8.GetByteCount(contents)];
        BinaryPrimitives.WriteInt32BigEndian(packet, packet.Length);
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(4), code);
        Encoding.UTF8.GetBytes(contents, packet.AsSpan(8));
        return packet;
    }

    private static byte[] Message(char type, string contents)
    {
        var body = Encoding.UTF8.GetBytes(contents);
        var message = new byte[5 + body.Length];
        message[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), body.Length + 4);
        body.CopyTo(message, 5);
        return message;
    }
}
