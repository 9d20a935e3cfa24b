namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Hands a file to a decoder in pieces and remembers where the last one was. The first bytes are pieces of their own, so that of a very short stream it is known
/// exactly where it ended.
/// </summary>
/// <param name="file">The file; it stays the caller's.</param>
internal sealed class GzipPieces(Stream file) : ForwardStream
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
    public override int Read(Span<byte> buffer)
    {
        LastBegin = file.Position;
        LastLength = file.Read(buffer[..Math.Min(buffer.Length, _count++ < SingleBytes ? 1 : Longest)]);
        return LastLength;
    }
}
