using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The content of a gzip file: that of all its members, one after the other, up to the end of the file or the zeros it is padded with.
/// Source: RFC 1952. Every member's CRC and length are checked, and where each member ends:
/// <see cref="GZipStream"/> takes a file that is cut off, and one that other bytes follow, for one that has ended.
/// </summary>
/// <param name="file">The whole file, at its beginning; seekable. It stays the caller's.</param>
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

    /// <summary>Reads on.</summary>
    /// <exception cref="InvalidDataException">The file is no gzip file, is cut off, damaged, or followed by other bytes; the message is a part of a sentence.</exception>
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
    /// Finds the end of the member, checks its trailer and moves behind it. The decoder takes a piece of the file at a time and does not tell how much of the last
    /// one it has used; but what the trailer must be is known by now, so it is looked for where the last piece was.
    /// </summary>
    private void EndMember()
    {
        Span<byte> trailer = stackalloc byte[TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _crc.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[sizeof(uint)..], _length);

        file.Position = _pieces!.LastBegin;
        int read = file.ReadAtLeast(_window.AsSpan(0, _pieces.LastLength + TrailerLength), _pieces.LastLength + TrailerLength, throwOnEndOfStream: false);

        // A piece of one byte is used up, so the trailer can be nowhere but behind it: that of an empty member, eight zeros, could be found too early.
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
