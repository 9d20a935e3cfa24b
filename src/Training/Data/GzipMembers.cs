using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The content of a gzip file: the contents of its members, one after the other, up to the end of
/// the file or to its padding of zeros. Source: RFC 1952. The stream checks the CRC and the length
/// of every member, and checks that every member ends. <see cref="GZipStream"/> does not suffice:
/// it accepts a file that is cut off, and a file with other bytes after its end.
/// </summary>
/// <param name="file">The whole file, at its beginning; seekable. The caller disposes of
/// it.</param>
internal sealed class GzipMembers(Stream file) : ForwardStream
{
    private const int TrailerLength = 8;

    private readonly byte[] _window = new byte[GzipPieces.Longest + TrailerLength];
    private readonly Crc32 _crc = new();
    private GzipPieces? _pieces;
    private DeflateStream? _member;
    private uint _length;
    private bool _begun;
    private bool _ended;

    /// <summary>Reads the next bytes of the content.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is no gzip file, is cut off or damaged, or has other bytes after its end. The
    /// message is a part of a sentence.
    /// </exception>
    public override int Read(Span<byte> buffer)
    {
        while (buffer.Length > 0 && (_member is not null || BeginMember()))
        {
            int read = Decompress(buffer);
            if (read > 0)
            {
                _crc.Append(buffer[..read]);
                _length += (uint)read;
                return read;
            }

            EndMember();
        }

        return 0;
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _member?.Dispose();
        base.Dispose(disposing);
    }

    private int Decompress(Span<byte> buffer)
    {
        try
        {
            return _member!.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException("its gzip data cannot be decompressed", e);
        }
    }

    /// <summary>Moves to the content of the next member; false at the end of the file.</summary>
    private bool BeginMember()
    {
        if (_ended)
        {
            return false;
        }

        int first = file.ReadByte();
        if (_begun && first <= 0)
        {
            CheckPadding(first);
            _ended = true;
            return false;
        }

        GzipHeader.Skip(file, first);
        _begun = true;
        _length = 0;
        _crc.Reset();
        _pieces = new GzipPieces(file);
        _member = new DeflateStream(_pieces, CompressionMode.Decompress);
        return true;
    }

    private void CheckPadding(int first)
    {
        for (int padding = first; padding >= 0; padding = file.ReadByte())
        {
            if (padding > 0)
            {
                throw new InvalidDataException("its gzip data are followed by other bytes");
            }
        }
    }

    /// <summary>
    /// Finds the end of the member, checks its trailer and moves behind it. The decoder reads the
    /// file in pieces and does not tell how much of the last piece it has used. The bytes of the
    /// correct trailer are known by now, so this method searches for them where the last piece was.
    /// </summary>
    private void EndMember()
    {
        Span<byte> trailer = stackalloc byte[TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _crc.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[sizeof(uint)..], _length);

        file.Position = _pieces!.LastBegin;
        int read = file.ReadAtLeast(_window.AsSpan(0, _pieces.LastLength + TrailerLength), _pieces.LastLength + TrailerLength, throwOnEndOfStream: false);

        // The decoder has used all of a piece of one byte, so the search starts after such a piece.
        // Otherwise it could find the trailer of an empty member, which is eight zeros, too early.
        int from = _pieces.LastLength > 1 ? 0 : _pieces.LastLength;
        int found = _window.AsSpan(from, read - from).IndexOf(trailer);
        if (found < 0)
        {
            throw new InvalidDataException("its gzip data are cut off or have not the checksum they should have");
        }

        file.Position = _pieces.LastBegin + from + found + TrailerLength;
        _member!.Dispose();
        _member = null;
    }
}
