using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Hosting.Transport.Guard;

/// <summary>
/// Looks at all that arrives over a connection before Orleans does. It ends the connection if the
/// other end is too slow, claims more than the limits, or sends a message that the rule refuses.
/// The bytes are those of Orleans: a preamble with its length, then messages, each with the lengths
/// of header and body before it.
/// </summary>
internal sealed class FrameWatch : PipeReader, IDisposable
{
    /// <summary>The most bytes of a header.</summary>
    public const int MostHeaderBytes = 64 * 1024;

    private const int MostPreambleBytes = 1024;
    private const int LengthBytes = sizeof(int);
    private const int LengthsBytes = 2 * sizeof(int);

    /// <summary>The most bytes that all connections together may hold of messages that are not
    /// complete.</summary>
    private const long MostPendingBytes = StateLimits.MostMessageBytes;

    /// <summary>The least bytes a second of a message that has begun.</summary>
    private const double LeastRate = 1_000_000;

    /// <summary>How long a message may take in addition.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private static long _pendingOfAll;

    private readonly PipeReader _inner;
    private readonly IFrameRule? _rule;
    private readonly Action<string> _refuse;
    private readonly Timer _deadline;

    private ReadOnlySequence<byte> _buffer;
    private long _next;
    private long _pending;
    private bool _hasPreamble;
    private bool _isWaiting = true;

    /// <summary>Creates the reader.</summary>
    /// <param name="inner">The reader of the connection.</param>
    /// <param name="rule">Says which messages are let through; null for all.</param>
    /// <param name="refuse">Ends the connection; gets the reason as a sentence without its full
    /// stop.</param>
    public FrameWatch(PipeReader inner, IFrameRule? rule, Action<string> refuse)
    {
        (_inner, _rule, _refuse) = (inner, rule, refuse);
        _deadline = new Timer(_ => refuse("it has sent nothing complete in time"), null, Grace, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = await _inner.ReadAsync(cancellationToken);
        Look(read.Buffer);
        return read;
    }

    /// <inheritdoc />
    public override bool TryRead(out ReadResult result)
    {
        if (!_inner.TryRead(out result))
        {
            return false;
        }

        Look(result.Buffer);
        return true;
    }

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _next -= _buffer.Slice(0, consumed).Length;
        _inner.AdvanceTo(consumed, examined);
    }

    /// <inheritdoc />
    public override void CancelPendingRead() => _inner.CancelPendingRead();

    /// <inheritdoc />
    public override void Complete(Exception? exception = null)
    {
        Dispose();
        _inner.Complete(exception);
    }

    /// <summary>Forgets the connection.</summary>
    public void Dispose()
    {
        _deadline.Dispose();
        Interlocked.Add(ref _pendingOfAll, -Interlocked.Exchange(ref _pending, 0));
    }

    private void Look(ReadOnlySequence<byte> buffer)
    {
        _buffer = buffer;
        try
        {
            while (buffer.Length > _next && TryLook(buffer.Slice(_next)) is { } length)
            {
                _next += length;
                _isWaiting = false;
            }
        }
        catch (RefusedFrameException refused)
        {
            _refuse(refused.Message);
            throw;
        }

        Count(Math.Max(0, buffer.Length - _next));
    }

    /// <returns>The bytes of the message at the start; null if it is not complete.</returns>
    private long? TryLook(ReadOnlySequence<byte> bytes)
    {
        Span<byte> lengths = stackalloc byte[LengthsBytes];
        if (!_hasPreamble)
        {
            if (bytes.Length < LengthBytes)
            {
                return null;
            }

            bytes.Slice(0, LengthBytes).CopyTo(lengths);
            var preamble = Within(BinaryPrimitives.ReadInt32LittleEndian(lengths), MostPreambleBytes, "a preamble");
            _hasPreamble = bytes.Length >= LengthBytes + preamble;
            return _hasPreamble ? LengthBytes + preamble : null;
        }

        if (bytes.Length < LengthsBytes)
        {
            return null;
        }

        bytes.Slice(0, LengthsBytes).CopyTo(lengths);
        var header = Within(BinaryPrimitives.ReadInt32LittleEndian(lengths), MostHeaderBytes, "a header");
        var body = Within(BinaryPrimitives.ReadInt32LittleEndian(lengths[LengthBytes..]), StateLimits.MostMessageBytes, "a message");
        var length = LengthsBytes + (long)header + body;
        if (bytes.Length < length)
        {
            Wait(Grace + TimeSpan.FromSeconds(body / LeastRate));
            return null;
        }

        _rule?.Check(bytes.Slice(LengthsBytes, header), bytes.Slice(LengthsBytes + header, body));
        return length;
    }

    private static int Within(int length, int most, string what) => length >= 0 && length <= most
        ? length
        : throw new RefusedFrameException($"it claims {what} of {length:N0} bytes, but {most:N0} are allowed");

    private void Wait(TimeSpan time)
    {
        if (!_isWaiting)
        {
            _isWaiting = true;
            _deadline.Change(time, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Counts the bytes of the message that is not complete.</summary>
    private void Count(long pending)
    {
        if (pending == 0 && _hasPreamble)
        {
            if (!_isWaiting)
            {
                _deadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
        else
        {
            Wait(Grace);
        }

        var all = Interlocked.Add(ref _pendingOfAll, pending - Interlocked.Exchange(ref _pending, pending));
        if (all > MostPendingBytes && pending > 0)
        {
            var refused = new RefusedFrameException($"incomplete messages of all connections hold {all:N0} bytes, but {MostPendingBytes:N0} are allowed");
            _refuse(refused.Message);
            throw refused;
        }
    }
}
