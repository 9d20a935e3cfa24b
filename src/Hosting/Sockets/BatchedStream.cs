using System.Net.Sockets;

namespace Mnist.Distributed.Hosting.Sockets;

/// <summary>
/// Collects the small reads and writes of TLS, which come 16 KB at a time, into large ones of the
/// socket. Reads and writes may go on at the same time. Before <see cref="Collect"/>, bytes pass as
/// they come, and a connection whose other end is not known yet holds no buffers.
/// </summary>
/// <param name="inner">The stream of the socket.</param>
internal sealed class BatchedStream(Stream inner) : SocketStream(inner)
{
    private const int BufferBytes = 128 * 1024;

    private byte[] _in = [];
    private byte[] _out = [];
    private int _inStart;
    private int _inEnd;
    private int _outEnd;

    /// <summary>
    /// Collects from now on. No read and no write may be going on.
    /// </summary>
    public void Collect() => (_in, _out) = (new byte[BufferBytes], new byte[BufferBytes]);

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_inStart == _inEnd)
        {
            // A read of no bytes waits for the next ones; TLS does that before each record.
            if (buffer.Length >= _in.Length)
            {
                return await ReadInner(buffer, cancellationToken);
            }

            (_inStart, _inEnd) = (0, 0);
            _inEnd = await ReadInner(_in, cancellationToken);
        }

        var length = Math.Min(buffer.Length, _inEnd - _inStart);
        _in.AsMemory(_inStart, length).CopyTo(buffer);
        _inStart += length;
        return length;
    }

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length > _out.Length - _outEnd)
        {
            await Send(cancellationToken);
            if (buffer.Length > _out.Length)
            {
                await Inner.WriteAsync(buffer, cancellationToken);
                return;
            }
        }

        buffer.CopyTo(_out.AsMemory(_outEnd));
        _outEnd += buffer.Length;
    }

    /// <inheritdoc />
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await Send(cancellationToken);
        await Inner.FlushAsync(cancellationToken);
    }

    /// <summary>A process that ends resets its connections: that is the end of the bytes.</summary>
    private async ValueTask<int> ReadInner(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await Inner.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException ended) when (ended.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return 0;
        }
    }

    private async ValueTask Send(CancellationToken cancellationToken)
    {
        if (_outEnd > 0)
        {
            var length = _outEnd;
            _outEnd = 0;
            await Inner.WriteAsync(_out.AsMemory(0, length), cancellationToken);
        }
    }
}
