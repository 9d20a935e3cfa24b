namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Gives a file to a decoder in pieces, and remembers the place of the last piece. The first bytes
/// are pieces of one byte, so that the end of a very short stream is known exactly.
/// </summary>
/// <param name="file">The file; the caller disposes of it.</param>
internal sealed class GzipPieces(Stream file) : ForwardStream
{
    /// <summary>The longest piece in bytes.</summary>
    public const int Longest = 8 * 1024;

    private const int SingleBytes = 32;

    private int _count;

    /// <summary>Position of the last piece in the file, in bytes.</summary>
    public long LastBegin { get; private set; } = file.Position;

    /// <summary>Length of the last piece in bytes; 0 at the end of the file.</summary>
    public int LastLength { get; private set; }

    /// <inheritdoc />
    public override int Read(Span<byte> buffer)
    {
        LastBegin = file.Position;
        LastLength = file.Read(buffer[..Math.Min(buffer.Length, _count++ < SingleBytes ? 1 : Longest)]);
        return LastLength;
    }
}
