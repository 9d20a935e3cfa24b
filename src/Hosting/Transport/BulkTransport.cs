using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Networking.Shared;

namespace Mnist.Distributed.Hosting.Transport;

/// <summary>
/// A transport between silos that is fast for vectors. The transport of Orleans reads 4 KB at a
/// time and passes every piece from thread to thread, which is 78 times for the vector of a small
/// MLP. With this transport, the loops of the silo read from the socket and write to it directly,
/// in large pieces.
/// </summary>
public static class BulkTransport
{
    /// <summary>
    /// Uses this transport for every connection of a silo, including those with clients. The other
    /// end may use any transport, because the bytes are the same.
    /// </summary>
    public static void Use(IServiceCollection services)
    {
        // The service keys that Orleans uses are internal, but its registrations contain them.
        foreach (var registered in services.Where(service => service.IsKeyedService).ToArray())
        {
            if (registered.ServiceType == typeof(IConnectionFactory))
            {
                services.AddKeyedSingleton<IConnectionFactory>(registered.ServiceKey, (host, _) => ActivatorUtilities.CreateInstance<Factory>(host));
            }
            else if (registered.ServiceType == typeof(IConnectionListenerFactory))
            {
                services.AddKeyedSingleton<IConnectionListenerFactory>(registered.ServiceKey, (host, _) => ActivatorUtilities.CreateInstance<ListenerFactory>(host));
            }
        }
    }

    private static Socket Prepare(Socket socket, SocketConnectionOptions options)
    {
        try
        {
            SetOptions(socket, options);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void SetOptions(Socket socket, SocketConnectionOptions options)
    {
        socket.NoDelay = options.NoDelay;
        if (options.KeepAlive)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, options.KeepAliveTimeSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, options.KeepAliveIntervalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, options.KeepAliveRetryCount);
        }
    }

    private sealed class Factory(IOptions<SocketConnectionOptions> options) : IConnectionFactory
    {
        public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
            try
            {
                await socket.ConnectAsync(endpoint, cancellationToken);
                return new SocketPipes(Prepare(socket, options.Value));
            }
            catch (SocketException failure)
            {
                socket.Dispose();
                throw new SocketConnectionException($"{endpoint} cannot be reached: {failure.Message}", failure);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private sealed class ListenerFactory(IOptions<SocketConnectionOptions> options) : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
            try
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                if (endpoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
                {
                    socket.DualMode = true;
                }

                socket.Bind(endpoint);
                socket.Listen();
                return ValueTask.FromResult<IConnectionListener>(new Listener(socket, options.Value));
            }
            catch (SocketException failure)
            {
                socket.Dispose();
                throw failure.SocketErrorCode == SocketError.AddressAlreadyInUse ? new AddressInUseException(failure.Message, failure) : failure;
            }
        }
    }

    private sealed class Listener(Socket socket, SocketConnectionOptions options) : IConnectionListener
    {
        public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                try
                {
                    return new SocketPipes(Prepare(await socket.AcceptAsync(cancellationToken), options));
                }
                catch (Exception ended) when (ended is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
                {
                    return null;
                }
                catch (SocketException)
                {
                    // The other end closed the connection before it was accepted. The listener
                    // continues.
                }
            }
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => DisposeAsync();

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
