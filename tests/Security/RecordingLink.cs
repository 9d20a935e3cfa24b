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
    private readonly ConcurrentQueue<RecordingStream> _connections = [];
    private volatile TaskCompletionSource _written = NewSignal();

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
            var (isOver, written) = (call.IsCompleted, _written.Task);
            if (_connections.FirstOrDefault(connection => connection.With(name) is not null) is { } sender)
            {
                return sender;
            }

            Assert.False(isOver, $"{name} has not been sent: {call.Exception}");
            await Task.WhenAny(written, call).WaitAsync(cancellation);
        }
    }

    /// <summary>Something has been written to a connection.</summary>
    public void Written() => Interlocked.Exchange(ref _written, NewSignal()).SetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

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
