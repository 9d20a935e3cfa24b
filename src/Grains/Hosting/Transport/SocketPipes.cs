using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Mnist.Distributed.Grains.Hosting.Transport;

/// <summary>A connected socket as the pair of pipes that Orleans reads and writes.</summary>
internal sealed class SocketPipes : DefaultConnectionContext, IDuplexPipe
{
    /// <summary>Most bytes of one read or write: a small MLP's vector takes three.</summary>
    private const int PieceBytes = 128 * 1024;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;

    /// <summary>Takes over a socket.</summary>
    public SocketPipes(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: false);
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        Input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: PieceBytes, minimumReadSize: PieceBytes / 2, leaveOpen: true));
        Output = PipeWriter.Create(_stream, new StreamPipeWriterOptions(minimumBufferSize: PieceBytes, leaveOpen: true));
        Transport = this;
    }

    /// <inheritdoc />
    public PipeReader Input { get; }

    /// <inheritdoc />
    public PipeWriter Output { get; }

    /// <inheritdoc />
    public override void Abort(ConnectionAbortedException abortReason)
    {
        // What reads and writes ends with it.
        _socket.Dispose();
        base.Abort(abortReason);
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _stream.DisposeAsync();
        await base.DisposeAsync();
    }
}
