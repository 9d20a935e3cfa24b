using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Mnist.Distributed.Hosting.Sockets;

/// <summary>A connected socket in the form that Orleans needs: a pair of pipes.</summary>
internal sealed class SocketPipes : DefaultConnectionContext, IDuplexPipe
{
    /// <summary>
    /// The largest number of bytes of one read or write. The vector of a small MLP takes three.
    /// </summary>
    private const int PieceBytes = 128 * 1024;

    private readonly Socket _socket;

    // The source is never disposed, because Orleans may abort a connection late, after it was
    // disposed.
    private readonly CancellationTokenSource _closed = new();

    /// <summary>Creates the pipes. The object owns the socket from now on.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="remote">The address of the other end, for messages.</param>
    public SocketPipes(Socket socket, EndPoint remote)
    {
        _socket = socket;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = remote;
        Transport = this;
        ConnectionClosed = _closed.Token;
        Use(new NetworkStream(socket, ownsSocket: false));
    }

    /// <summary>The stream of the bytes that are sent and received.</summary>
    public Stream Stream { get; private set; }

    /// <inheritdoc />
    public PipeReader Input { get; private set; }

    /// <inheritdoc />
    public PipeWriter Output { get; private set; }

    /// <summary>
    /// Sends and receives through another stream from now on, for example an encrypted one. Nothing
    /// may have been read or written by the pipes before.
    /// </summary>
    [MemberNotNull(nameof(Stream), nameof(Input), nameof(Output))]
    public void Use(Stream stream)
    {
        Stream = stream;
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: PieceBytes, minimumReadSize: PieceBytes / 2, leaveOpen: true));
        Output = new Writer(PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: PieceBytes, leaveOpen: true)));
    }

    /// <summary>Lets all that is received be seen by another reader first.</summary>
    /// <param name="watch">Makes the other reader from the present one.</param>
    public void Watch(Func<PipeReader, PipeReader> watch) => Input = watch(Input);

    /// <inheritdoc />
    public override void Abort(ConnectionAbortedException abortReason)
    {
        // All reads and writes of the socket end with it.
        _socket.Dispose();
        ThreadPool.UnsafeQueueUserWorkItem(closed => closed.Cancel(), _closed, preferLocal: false);
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await Stream.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>
    /// A writer that drops its remaining bytes when it is completed. The remaining bytes belong to
    /// a message that was given up. The writer of .NET would send them, and would wait for a peer
    /// that does not read any more.
    /// </summary>
    private sealed class Writer(PipeWriter inner) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override void Complete(Exception? exception = null) => inner.Complete(exception ?? new ConnectionAbortedException());

        public override ValueTask CompleteAsync(Exception? exception = null)
        {
            Complete(exception);
            return ValueTask.CompletedTask;
        }
    }
}
