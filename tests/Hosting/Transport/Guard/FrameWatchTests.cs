using System.Buffers;
using System.IO.Pipelines;
using CsCheck;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Transport.Guard;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Transport.Guard;

/// <summary>What passes a watched connection, and what ends it.</summary>
[Trait(Fuzz.Trait, Fuzz.Category)]
public sealed class FrameWatchTests
{
    /// <summary>The oracle is the list of messages that were sent, however the bytes are cut.</summary>
    [Fact]
    public Task Every_message_is_seen_once_however_the_bytes_arrive() => Gen
        .Select(Gen.Select(Gen.Int[1, 300], Gen.Int[0, 3000]).Array[0, 12], Gen.Int[1, 700].Array[1, 20], Gen.Int[0, 1024])
        .SampleAsync(async (sizes, cuts, preamble) =>
        {
            byte[] sent = [.. Frames.Preamble(preamble), .. sizes.SelectMany((size, i) => Frames.Frame(Filled(size.Item1, i), Filled(size.Item2, i)))];
            var pipe = new Pipe();
            var rule = new Seen();
            using var watch = new FrameWatch(pipe.Reader, rule, _ => { });
            var sending = Send(pipe.Writer, sent, cuts);
            var received = await ReceiveLikeOrleans(watch, preamble);
            await sending;

            Assert.Equal(sizes, rule.Sizes);
            Assert.Equal(sizes.Length, received);
        });

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(65 * 1024, 0)]
    [InlineData(10, -1)]
    [InlineData(10, int.MaxValue)]
    public async Task Lengths_beyond_the_limits_end_the_connection(int header, int body)
    {
        byte[] sent = [.. Frames.Preamble(), .. BitConverter.GetBytes(header), .. BitConverter.GetBytes(body)];
        await IsRefused(sent);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    [InlineData(int.MaxValue)]
    public Task Preamble_that_is_too_long_ends_the_connection(int length) => IsRefused(BitConverter.GetBytes(length));

    /// <summary>The oracle is what may come out: messages, or a refusal that the connection was told
    /// of.</summary>
    [Fact]
    public Task Any_bytes_pass_or_are_refused_and_take_no_memory() => Gen
        .Select(Gen.Bool, Gen.Int[-2, 1100], Gen.OneOf(Gen.Byte, Gen.Byte[0, 3]).Array[0, 200])
        .SampleAsync(
            async (hasPreamble, length, rest) =>
            {
                byte[] sent = hasPreamble ? [.. Frames.Preamble(24), .. rest] : [.. BitConverter.GetBytes(length), .. rest];
                var reasons = new List<string>();
                using var watch = new FrameWatch(PipeReader.Create(new ReadOnlySequence<byte>(sent)), new ClientFrames(ClusterRole.Operator), reasons.Add);
                var before = GC.GetAllocatedBytesForCurrentThread();
                var failure = await Record.ExceptionAsync(async () => await watch.ReadAsync(TestContext.Current.CancellationToken));
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 18);
                Assert.True(failure is null or RefusedFrameException, $"{failure}");
                Assert.Equal(failure is null ? [] : [failure.Message], reasons);
            },
            iter: Fuzz.Inputs(20_000));

    private static async Task IsRefused(byte[] sent)
    {
        var pipe = new Pipe();
        var reasons = new List<string>();
        using var watch = new FrameWatch(pipe.Reader, null, reasons.Add);
        await pipe.Writer.WriteAsync(sent, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<RefusedFrameException>(async () => await watch.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Single(reasons);
    }

    private static byte[] Filled(int length, int value)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, (byte)value);
        return bytes;
    }

    private static async Task Send(PipeWriter output, byte[] bytes, int[] cuts)
    {
        for (var (start, i) = (0, 0); start < bytes.Length; i++)
        {
            var length = Math.Min(cuts[i % cuts.Length], bytes.Length - start);
            await output.WriteAsync(bytes.AsMemory(start, length));
            start += length;
        }

        await output.CompleteAsync();
    }

    /// <summary>Reads as the connections of Orleans do: the preamble, then message by message.</summary>
    private static async Task<int> ReceiveLikeOrleans(FrameWatch input, int preamble)
    {
        var first = await input.ReadAtLeastAsync(sizeof(int) + preamble);
        input.AdvanceTo(first.Buffer.GetPosition(sizeof(int) + preamble));
        for (var (messages, needed) = (0, 0L); ;)
        {
            var read = await input.ReadAsync();
            var buffer = read.Buffer;
            while (buffer.Length >= 2 * sizeof(int) && buffer.Length >= (needed = Length(buffer)))
            {
                buffer = buffer.Slice(needed);
                messages++;
            }

            if (read.IsCompleted)
            {
                return messages;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static long Length(ReadOnlySequence<byte> buffer)
    {
        var lengths = buffer.Slice(0, 2 * sizeof(int)).ToArray();
        return 2 * sizeof(int) + BitConverter.ToInt32(lengths) + (long)BitConverter.ToInt32(lengths, sizeof(int));
    }

    private sealed class Seen : IFrameRule
    {
        public List<(int Header, int Body)> Sizes { get; } = [];

        public void Check(ReadOnlySequence<byte> header, ReadOnlySequence<byte> body)
        {
            Assert.All(header.ToArray().Concat(body.ToArray()), value => Assert.Equal((byte)Sizes.Count, value));
            Sizes.Add(((int)header.Length, (int)body.Length));
        }
    }
}
