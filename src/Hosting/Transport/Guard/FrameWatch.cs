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

    /// <summary>The least bytes a second of a message that has begun.</summary>
    private const double LeastRate = 1_000_000;

    /// <summary>How long a message may take in addition.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly PipeReader _inner;
    private readonly IFrameRule? _rule;
    private readonly Action<string> _refuse;
    private readonly PendingBytes _ofAll;
    private readonly ITimer _deadline;

    private ReadOnlySequence<byte> _buffer;
    private long _next;
    private long _pending;
    private bool _hasPreamble;
    private Awaited _awaited = Awaited.Start;

    /// <summary>Creates the reader.</summary>
    /// <param name="inner">The reader of the connection.</param>
    /// <param name="rule">Says which messages are let through; null for all.</param>
    /// <param name="refuse">Ends the connection; gets the reason as a sentence without its full
    /// stop.</param>
    /// <param name="ofAll">The incomplete messages of all connections; null for those of this
    /// process.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public FrameWatch(PipeReader inner, IFrameRule? rule, Action<string> refuse, PendingBytes? ofAll = null, TimeProvider? time = null)
    {
        (_inner, _rule, _refuse, _ofAll) = (inner, rule, refuse, ofAll ?? PendingBytes.OfProcess);
        _deadline = (time ?? TimeProvider.System).CreateTimer(_ => refuse("it has sent nothing complete in time"), null, Grace, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What has a deadline. The later ones take longer.</summary>
    private enum Awaited
    {
        /// <summary>Nothing: the connection may rest.</summary>
        Nothing,

        /// <summary>The preamble, or the lengths of a message.</summary>
        Start,

        /// <summary>The rest of a message whose lengths are known.</summary>
        Rest,
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
        _ofAll.Change(Interlocked.Exchange(ref _pending, 0), 0);
    }

    private void Look(ReadOnlySequence<byte> buffer)
    {
        _buffer = buffer;
        try
        {
            while (buffer.Length > _next && TryLook(buffer.Slice(_next)) is { } length)
            {
                _next += length;
                _awaited = Awaited.Nothing;
            }

            Count(Math.Max(0, buffer.Length - _next));
        }
        catch (RefusedFrameException refused)
        {
            _refuse(refused.Message);
            throw;
        }
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
        var body = Within(BinaryPrimitives.ReadInt32LittleEndian(lengths[LengthBytes..]), _rule?.MostBodyBytes ?? StateLimits.MostMessageBytes, "a message");
        var length = LengthsBytes + (long)header + body;
        if (bytes.Length < length)
        {
            Wait(Awaited.Rest, Grace + TimeSpan.FromSeconds(body / LeastRate));
            return null;
        }

        _rule?.Check(bytes.Slice(LengthsBytes, header), bytes.Slice(LengthsBytes + header, body));
        return length;
    }

    private static int Within(int length, int most, string what) => length >= 0 && length <= most
        ? length
        : throw new RefusedFrameException($"it claims {what} of {length:N0} bytes, but {most:N0} are allowed");

    private void Wait(Awaited what, TimeSpan time)
    {
        if (what > _awaited)
        {
            _awaited = what;
            _deadline.Change(time, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Counts the bytes of the message that is not complete.</summary>
    private void Count(long pending)
    {
        if (pending == 0 && _hasPreamble)
        {
            if (_awaited == Awaited.Nothing)
            {
                _deadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
        else
        {
            Wait(Awaited.Start, Grace);
        }

        _ofAll.Change(Interlocked.Exchange(ref _pending, pending), pending);
    }
}
