using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Mnist.Distributed.Hosting.Sockets;

namespace Mnist.Distributed.Tests.Security;

/// <summary>What a client sends over one connection.</summary>
/// <param name="inner">The stream of the connection.</param>
/// <param name="link">Says whether messages are sent.</param>
internal sealed class RecordingStream(Stream inner, RecordingLink link) : SocketStream(inner)
{
    private const int LengthBytes = sizeof(int);
    private const int LengthsBytes = 2 * sizeof(int);

    private readonly ArrayBufferWriter<byte> _sent = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the connection has been closed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The connection has been closed.</summary>
    public void End() => _ended.TrySetResult();

    /// <summary>
    /// The bytes of a connection that sends one message only: the preamble, and the message.
    /// </summary>
    /// <param name="text">What the message contains.</param>
    /// <returns>The bytes; null if no such message has been written.</returns>
    public byte[]? With(string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        lock (_sent)
        {
            var sent = _sent.WrittenSpan;
            if (EndOfPreamble(sent) is not { } start)
            {
                return null;
            }

            var rest = sent[start..];
            while (EndOfMessage(rest) is { } end)
            {
                if (rest[..end].IndexOf(wanted) >= 0)
                {
                    return [.. sent[..start], .. rest[..end]];
                }

                rest = rest[end..];
            }

            return null;
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Inner.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        bool isSent;
        lock (_sent)
        {
            isSent = !link.IsMuted || EndOfPreamble(_sent.WrittenSpan) is null;
            _sent.Write(buffer.Span);
        }

        link.Written();
        if (isSent)
        {
            await Inner.WriteAsync(buffer, cancellationToken);
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Inner.FlushAsync(cancellationToken);

    /// <summary>A preamble has its length before it.</summary>
    private static int? EndOfPreamble(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= LengthBytes && LengthBytes + BinaryPrimitives.ReadInt32LittleEndian(bytes) is var end && bytes.Length >= end ? end : null;

    /// <summary>A message has the lengths of its header and of its body before it.</summary>
    private static int? EndOfMessage(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= LengthsBytes
        && LengthsBytes + BinaryPrimitives.ReadInt32LittleEndian(bytes) + BinaryPrimitives.ReadInt32LittleEndian(bytes[LengthBytes..]) is var end
        && bytes.Length >= end
            ? end
            : null;
}
