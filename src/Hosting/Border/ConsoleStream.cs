namespace Mnist.Distributed.Hosting.Border;

/// <summary>
/// One of a program's two output streams. What cannot be written (a full disk, a closed descriptor)
/// is left out and remembered: nobody's work is lost because nobody can read of it.
/// </summary>
public sealed class ConsoleStream : Stream
{
    private readonly Stream _inner;

    /// <summary>Opens a stream.</summary>
    /// <param name="open">Opens it; may fail.</param>
    public ConsoleStream(Func<Stream> open)
    {
        try
        {
            _inner = open();
        }
        catch (Exception failure) when (IsRefusal(failure))
        {
            Failure = failure.Message;
            _inner = Null;
        }
    }

    /// <summary>Why something could not be written; null while everything could.</summary>
    public string? Failure { get; private set; }

    /// <summary>
    /// When something was written last, as <see cref="TimeProvider.GetTimestamp"/> of the system.
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

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        LastWrite = TimeProvider.System.GetTimestamp();
        try
        {
            _inner.Write(buffer);
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
            _inner.Flush();
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
