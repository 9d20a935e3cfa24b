using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Sockets;
using Xunit;

namespace Mnist.Distributed.Tests.Security;

/// <summary>A link that writes down what a client sends.</summary>
/// <param name="inner">How silos are reached.</param>
internal sealed class RecordingLink(ClusterLink inner) : ClusterLink
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentQueue<RecordingStream> _connections = [];

    /// <summary>
    /// Whether messages are written down and not sent. Preambles are sent in any case.
    /// </summary>
    public bool IsMuted { get; set; }

    /// <summary>Waits until a call has been written to a connection.</summary>
    /// <param name="name">The name of its type on the wire, or a part of the name.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The connection.</returns>
    public async Task<RecordingStream> Sent(string name, Task call, CancellationToken cancellation)
    {
        while (true)
        {
            var isOver = call.IsCompleted;
            if (_connections.FirstOrDefault(connection => connection.With(name) is not null) is { } sender)
            {
                return sender;
            }

            Assert.False(isOver, $"{name} has not been sent: {call.Exception}");
            await Task.Delay(LookInterval, cancellation);
        }
    }

    internal override ValueTask<Socket> Connect(IPEndPoint endpoint, CancellationToken cancellation) => inner.Connect(endpoint, cancellation);

    internal override Socket? Listen(IPEndPoint endpoint) => inner.Listen(endpoint);

    internal override async Task Greet(SocketPipes pipes, CancellationToken cancellation)
    {
        await inner.Greet(pipes, cancellation);
        var stream = new RecordingStream(pipes.Stream, this);
        pipes.ConnectionClosed.Register(stream.End);
        pipes.Use(stream);
        _connections.Enqueue(stream);
    }
}
