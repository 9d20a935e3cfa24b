using System.Buffers;
using System.IO.Pipelines;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Transport.Guard;
using Mnist.Distributed.Tests.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Transport.Guard;

/// <summary>What messages that are not complete may hold, and for how long.</summary>
public sealed class IncompleteFramesTests
{
    private const int LengthBytes = sizeof(int);

    private readonly List<string> _reasons = [];
    private readonly FakeTime _time = new();
    private readonly Pipe _pipe = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ClusterRole.Observer, ClientFrames.MostQuestionBytes, true)]
    [InlineData(ClusterRole.Observer, ClientFrames.MostQuestionBytes + 1, false)]
    [InlineData(ClusterRole.Operator, StateLimits.MostMessageBytes, true)]
    [InlineData(ClusterRole.Operator, StateLimits.MostMessageBytes + 1, false)]
    public async Task Observer_claims_only_small_messages(ClusterRole role, int body, bool isTaken)
    {
        using var watch = new FrameWatch(ReaderOf([.. Frames.Preamble(), .. Lengths(body)]), new ClientFrames(role), _reasons.Add);
        var failure = await Record.ExceptionAsync(async () => await watch.ReadAsync(Cancellation));

        Assert.Equal(isTaken, failure is null);
        Assert.Equal(isTaken ? 0 : 1, _reasons.Count);
    }

    [Fact]
    public async Task Connection_that_holds_all_that_is_allowed_shuts_out_large_messages_only()
    {
        var ofAll = new PendingBytes(1_000_000);
        using var hoarder = await Hold(999_000, ofAll);
        using var small = await Hold(50_000, ofAll);
        Assert.Empty(_reasons);
        await Assert.ThrowsAsync<RefusedFrameException>(() => Hold(500_000, ofAll));
        Assert.Contains("incomplete messages of all connections", Assert.Single(_reasons), StringComparison.Ordinal);

        hoarder.Dispose();
        using var large = await Hold(500_000, ofAll);
        Assert.Single(_reasons);
    }

    [Fact]
    public async Task Message_whose_lengths_arrive_in_pieces_has_the_time_of_its_length()
    {
        using var watch = new FrameWatch(_pipe.Reader, null, _reasons.Add, time: _time);
        var lengths = Lengths(50_000_000);
        await Arrive(watch, [.. Frames.Preamble(), .. lengths[..LengthBytes]]);
        await Arrive(watch, lengths[LengthBytes..]);

        _time.Advance(TimeSpan.FromSeconds(55));
        Assert.Empty(_reasons);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("it has sent nothing complete in time", Assert.Single(_reasons));
    }

    [Fact]
    public async Task Lengths_that_do_not_arrive_have_no_more_time_than_the_preamble()
    {
        using var watch = new FrameWatch(_pipe.Reader, null, _reasons.Add, time: _time);
        await Arrive(watch, [.. Frames.Preamble(), .. Lengths(50_000_000)[..LengthBytes]]);

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(_reasons);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Single(_reasons);
    }

    private static byte[] Lengths(int body) => [.. BitConverter.GetBytes(100), .. BitConverter.GetBytes(body)];

    private static PipeReader ReaderOf(byte[] bytes) => PipeReader.Create(new ReadOnlySequence<byte>(bytes));

    private async Task Arrive(FrameWatch watch, byte[] bytes)
    {
        await _pipe.Writer.WriteAsync(bytes, Cancellation);
        var read = await watch.ReadAsync(Cancellation);
        watch.AdvanceTo(read.Buffer.Start, read.Buffer.End);
    }

    /// <summary>A connection that holds bytes of a message that is not complete.</summary>
    private async Task<FrameWatch> Hold(int bytes, PendingBytes ofAll)
    {
        var watch = new FrameWatch(ReaderOf([.. Frames.Preamble(), .. Lengths(10_000_000), .. new byte[bytes]]), null, _reasons.Add, ofAll);
        try
        {
            await watch.ReadAsync(Cancellation);
            return watch;
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }
}
