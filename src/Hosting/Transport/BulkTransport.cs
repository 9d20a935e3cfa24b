using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Sockets;
using Orleans.Networking.Shared;

namespace Mnist.Distributed.Hosting.Transport;

/// <summary>
/// A transport between processes of a cluster that is fast for vectors. The transport of Orleans
/// reads 4 KB at a time and passes every piece from thread to thread, which is 78 times for the
/// vector of a small MLP. With this transport, the loops of the silo read from the socket and write
/// to it directly, in large pieces. Which sockets it uses is the choice of a
/// <see cref="ClusterLink"/>.
/// </summary>
public static class BulkTransport
{
    /// <summary>
    /// Uses this transport for every connection of a silo or of a client. The other end may use any
    /// transport with the same kind of sockets, because the bytes are the same.
    /// </summary>
    /// <param name="services">The services of the silo or the client.</param>
    /// <param name="link">How processes reach each other.</param>
    public static void Use(IServiceCollection services, ClusterLink link)
    {
        // The service keys that Orleans uses are internal, but its registrations contain them.
        foreach (var registered in services.Where(service => service.IsKeyedService).ToArray())
        {
            if (registered.ServiceType == typeof(IConnectionFactory))
            {
                services.AddKeyedSingleton<IConnectionFactory>(registered.ServiceKey, (_, _) => new Factory(link));
            }
            else if (registered.ServiceType == typeof(IConnectionListenerFactory))
            {
                services.AddKeyedSingleton<IConnectionListenerFactory>(registered.ServiceKey, (_, _) => new ListenerFactory(link));
            }
        }

        Admission.Use(services, link);
    }

    private sealed class Factory(ClusterLink link) : IConnectionFactory
    {
        public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            SocketPipes? pipes = null;
            try
            {
                pipes = new SocketPipes(await link.Connect((IPEndPoint)endpoint, cancellationToken), endpoint);
                await link.Greet(pipes, cancellationToken);
                return pipes;
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                pipes?.Abort(new ConnectionAbortedException(failure.Message, failure));
                link.LastRefusal = (failure as PeerRefusedException)?.Message ?? link.LastRefusal;
                throw new SocketConnectionException($"{endpoint} cannot be reached: {failure.Message}", failure);
            }
            catch
            {
                pipes?.Abort(new ConnectionAbortedException());
                throw;
            }
        }
    }

    private sealed class ListenerFactory(ClusterLink link) : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            try
            {
                return ValueTask.FromResult<IConnectionListener>(
                    link.Listen((IPEndPoint)endpoint) is { } socket ? new Listener(socket, endpoint) : new NoListener(endpoint));
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new AddressInUseException(failure.Message, failure);
            }
        }
    }

    private sealed class Listener(Socket socket, EndPoint endpoint) : IConnectionListener
    {
        public EndPoint EndPoint { get; } = socket.LocalEndPoint is IPEndPoint bound ? bound : endpoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                try
                {
                    var accepted = await socket.AcceptAsync(cancellationToken);
                    if (accepted.AddressFamily == AddressFamily.Unix)
                    {
                        UnixSockets.Prepare(accepted);
                    }
                    else
                    {
                        TcpSockets.Prepare(accepted);
                    }

                    return new SocketPipes(accepted, accepted.RemoteEndPoint is IPEndPoint remote ? remote : EndPoint);
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

    /// <summary>The listener of a silo that nobody else may reach.</summary>
    private sealed class NoListener(EndPoint endpoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint => endpoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(_ended.Task.WaitAsync(cancellationToken));

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => DisposeAsync();

        public ValueTask DisposeAsync()
        {
            _ended.TrySetResult(null);
            return ValueTask.CompletedTask;
        }
    }
}
