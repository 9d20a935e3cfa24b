using System.Net.Sockets;

namespace Mnist.Distributed.Hosting.Sockets;

/// <summary>
/// Collects the small reads and writes of TLS, which come 16 KB at a time, into large ones of the
/// socket. Reads and writes may go on at the same time. Before <see cref="Collect"/>, bytes pass as
/// they come, and a connection whose other end is not known yet holds no buffers.
/// </summary>
/// <param name="inner">The stream of the socket.</param>
internal sealed class BatchedStream(Stream inner) : Stream
{
    private const int BufferBytes = 128 * 1024;

    private byte[] _in = [];
    private byte[] _out = [];
    private int _inStart;
    private int _inEnd;
    private int _outEnd;

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

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
                await inner.WriteAsync(buffer, cancellationToken);
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
        await inner.FlushAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>A process that ends resets its connections: that is the end of the bytes.</summary>
    private async ValueTask<int> ReadInner(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken);
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
            await inner.WriteAsync(_out.AsMemory(0, length), cancellationToken);
        }
    }
}
