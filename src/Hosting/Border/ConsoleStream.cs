namespace Mnist.Distributed.Hosting.Border;

/// <summary>
/// One of the two output streams of a program. If a write fails (a full disk, a closed descriptor),
/// its text is dropped and the failure is kept. The work of the program must not fail because
/// nobody can read about it.
/// </summary>
public sealed class ConsoleStream : Stream
{
    private readonly Lock _turn = new();
    private readonly Func<Stream> _open;
    private Stream _inner = Null;

    /// <summary>Opens a stream.</summary>
    /// <param name="open">Opens the inner stream. It may throw.</param>
    public ConsoleStream(Func<Stream> open)
    {
        _open = open;
        Reopen();
    }

    /// <summary>Why a write failed; null when all writes succeeded.</summary>
    public string? Failure { get; private set; }

    /// <summary>
    /// The timestamp of the last write, from the system's <see cref="TimeProvider.GetTimestamp"/>.
    /// </summary>
    public long LastWrite { get; private set; } = TimeProvider.System.GetTimestamp();

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Opens the inner stream again.</summary>
    public void Reopen()
    {
        lock (_turn)
        {
            _inner.Dispose();
            try
            {
                _inner = _open();
            }
            catch (Exception failure) when (IsRefusal(failure))
            {
                Failure = failure.Message;
                _inner = Null;
            }
        }
    }

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        LastWrite = TimeProvider.System.GetTimestamp();
        try
        {
            lock (_turn)
            {
                _inner.Write(buffer);
            }
        }
        catch (Exception failure) when (IsRefusal(failure))
        {
            Failure ??= failure.Message;
        }
    }

    /// <inheritdoc />
    public override void Flush()
    {
        try
        {
            lock (_turn)
            {
                _inner.Flush();
            }
        }
        catch (Exception failure) when (IsRefusal(failure))
        {
            Failure ??= failure.Message;
        }
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    private static bool IsRefusal(Exception failure) => failure is IOException or UnauthorizedAccessException or ObjectDisposedException;
}
