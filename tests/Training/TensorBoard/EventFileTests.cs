using System.Buffers.Binary;
using Mnist.Distributed.Tests.Telemetry;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.TensorBoard;
using Xunit;

namespace Mnist.Distributed.Tests.Training.TensorBoard;

/// <summary>
/// The files that TensorBoard reads. The oracle is a reader of its own: it has the checksum bit by
/// bit from its definition (RFC 3720, appendix B.4), and the fields by their published numbers. A
/// Python with TensorBoard is a second oracle, if the machine has one.
/// </summary>
public sealed class EventFileTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    /// <summary>The check value of CRC-32C, from the catalogue of CRC algorithms.</summary>
    [Fact]
    public void The_readers_checksum_is_the_published_one() => Assert.Equal(0xE3069283, Crc32C("123456789"u8));

    [Fact]
    public void A_reader_finds_what_was_added()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-1).ToUnixTimeMilliseconds() / 1000.0;
        var file = new EventFile(TimeProvider.System);
        file.Add(7, [SummaryValues.Scalar("loss/test", 0.25), SummaryValues.Scalar("accuracy/test", 0.5)]);
        file.Write(_folder.Path);
        file.Add(9, [SummaryValues.Histogram("weights/w", [-1, -1, 0, 2, float.NaN])]);
        file.Write(_folder.Path);

        var events = Read(Assert.Single(Directory.GetFiles(_folder.Path)));

        Assert.Equal("brain.Event:2", events[0].Text(3));
        Assert.Equal([0UL, 7UL, 9UL], events.Select(happened => happened.Number(2)));
        Assert.All(events, happened => Assert.InRange(BitConverter.UInt64BitsToDouble(happened.Number(1)), before, before + 60));
        var scalars = events[1].Messages(5).Single().Messages(1).ToArray();
        Assert.Equal(["loss/test", "accuracy/test"], scalars.Select(value => value.Text(1)));
        Assert.Equal([0.25f, 0.5f], scalars.Select(value => BitConverter.UInt32BitsToSingle((uint)value.Number(2))));
        var histogram = events[2].Messages(5).Single().Messages(1).Single().Messages(5).Single();
        Assert.Equal((-1.0, 2.0, 4.0, 0.0), (Double(histogram, 1), Double(histogram, 2), Double(histogram, 3), Double(histogram, 4)));
        Assert.Equal(6, Double(histogram, 5));
        Assert.Equal(4, Doubles(histogram.Bytes(7)).Sum());
        Assert.Equal(2, Doubles(histogram.Bytes(7))[0]);
        Assert.Equal(2, Doubles(histogram.Bytes(6))[^1], 1e-12);
    }

    [Fact]
    public void An_event_has_the_time_of_its_step()
    {
        var file = new EventFile(TimeProvider.System);
        file.Add(41, [SummaryValues.Scalar("a", 1)], Noon);
        file.Add(82, [SummaryValues.Scalar("a", 2)], Noon.AddMilliseconds(1500));
        file.Write(_folder.Path);

        var times = Read(Assert.Single(Directory.GetFiles(_folder.Path))).Select(happened => Double(happened, 1));

        double noon = Noon.ToUnixTimeSeconds();
        Assert.Equal([noon, noon, noon + 1.5], times);
    }

    [Fact]
    public async Task TensorBoard_itself_reads_the_numbers_and_their_times()
    {
        Assert.SkipWhen(!PythonWithTensorBoard.IsHere, PythonWithTensorBoard.WhyNot);
        var file = new EventFile(TimeProvider.System);
        file.Add(41, [SummaryValues.Scalar("loss/test", 0.5), SummaryValues.Scalar("accuracy/test", 0.75)], Noon);
        file.Add(41, [SummaryValues.Histogram("weights/w", [-1, 0, 2])], Noon);
        file.Add(82, [SummaryValues.Scalar("loss/test", 0.25)], Noon.AddMilliseconds(1500));
        file.Write(_folder.Path);

        var numbers = await PythonWithTensorBoard.Numbers(_folder.Path, TestContext.Current.CancellationToken);

        double noon = Noon.ToUnixTimeSeconds();
        (string, long, double, double)[] expected = [("accuracy/test", 41, noon, 0.75), ("loss/test", 41, noon, 0.5), ("loss/test", 82, noon + 1.5, 0.25)];
        Assert.Equal(expected, numbers.Order());
    }

    [Fact]
    public void What_a_failed_write_has_left_is_cut_off_and_old_files_go()
    {
        var old = Path.Combine(_folder.Path, "events.out.tfevents.1.mnist");
        File.WriteAllText(old, "another run");
        var file = new EventFile(TimeProvider.System);
        file.Add(1, [SummaryValues.Scalar("a", 1)]);
        file.Write(_folder.Path);
        var path = Assert.Single(Directory.GetFiles(_folder.Path));
        File.AppendAllText(path, "half a record");

        file.Add(2, [SummaryValues.Scalar("a", 2)]);
        file.Write(_folder.Path);

        Assert.Equal([0UL, 1UL, 2UL], Read(path).Select(happened => happened.Number(2)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_that_is_gone_or_cut_off_is_written_again(bool gone)
    {
        var file = new EventFile(TimeProvider.System);
        file.Add(1, [SummaryValues.Scalar("a", 1)]);
        file.Write(_folder["events"]);
        if (gone)
        {
            Directory.Delete(_folder["events"], recursive: true);
        }
        else
        {
            File.WriteAllText(Directory.GetFiles(_folder["events"]).Single(), "cut");
        }

        file.Add(2, [SummaryValues.Scalar("a", 2)]);
        file.Write(_folder["events"]);

        Assert.Equal([0UL, 1UL, 2UL], Read(Assert.Single(Directory.GetFiles(_folder["events"]))).Select(happened => happened.Number(2)));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Reads all events of a file, and checks every length and checksum.</summary>
    internal static IReadOnlyList<ProtoMessage> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var events = new List<ProtoMessage>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            Assert.Equal(Masked(bytes.AsSpan(at + 12, length)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            events.Add(ProtoMessage.Parse(bytes[(at + 12)..(at + 12 + length)]));
            at += 12 + length + 4;
        }

        return events;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = Crc32C(bytes);
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);
    }

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
            }
        }

        return ~crc;
    }

    private static double Double(ProtoMessage message, int field) => BitConverter.UInt64BitsToDouble(message.Number(field));

    private static double[] Doubles(byte[] packed) => [.. packed.Chunk(8).Select(bytes => BitConverter.ToDouble(bytes))];
}
