namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Hands a file to a decoder in pieces and remembers where the last one was. The first bytes are pieces of their own, so that of a very short stream it is known
/// exactly where it ended.
/// </summary>
/// <param name="file">The file; it stays the caller's.</param>
internal sealed class GzipPieces(Stream file) : Stream
{
    /// <summary>The longest piece.</summary>
    public const int Longest = 8 * 1024;

    private const int SingleBytes = 32;

    private int _count;

    /// <summary>Where in the file the last piece began.</summary>
    public long LastBegin { get; private set; } = file.Position;

    /// <summary>Length of the last piece; 0 at the end of the file.</summary>
    public int LastLength { get; private set; }

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override int Read(Span<byte> buffer)
    {
        LastBegin = file.Position;
        LastLength = file.Read(buffer[..Math.Min(buffer.Length, _count++ < SingleBytes ? 1 : Longest)]);
        return LastLength;
    }

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
