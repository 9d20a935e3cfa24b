using Mnist.Distributed.Contracts.Memory;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Contracts.Wire;
using Orleans.Serialization;
using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Memory;

/// <summary>What one process writes, another one, or another mapping in this one, reads.</summary>
public sealed class SharedSegmentTests
{
    public SharedSegmentTests() => Assert.SkipUnless(SharedSegment.Domain is not null, "There is no shared memory on this system.");

    [Fact]
    public void What_is_written_is_read_by_another_mapping()
    {
        var segment = SharedSegment.Create(1000);
        var mapped = SharedSegment.Open(segment.Place);
        segment.Floats.Span[999] = 0.25f;

        Assert.Equal(1000, mapped.Floats.Length);
        Assert.Equal(segment.Floats.ToArray(), mapped.Floats.ToArray());
        Assert.Equal(0.25f, mapped.Floats.Span[999]);
        GC.KeepAlive(segment);
    }

    [Fact]
    public unsafe void Data_begins_on_a_cache_line()
    {
        using var pin = SharedSegment.Create(3).Floats.Pin();
        Assert.Equal(0u, (nuint)pin.Pointer % 64);
    }

    [Fact]
    public void Something_else_in_the_same_place_is_not_taken_for_it()
    {
        var segment = SharedSegment.Create(16);
        Assert.Throws<IOException>(() => SharedSegment.Open(segment.Place with { Secret = Guid.NewGuid() }));
        Assert.Throws<IOException>(() => SharedSegment.Open(segment.Place with { Bytes = 60 }));
        Assert.Throws<IOException>(() => SharedSegment.Open(segment.Place with { Descriptor = 0 }));
        Assert.Throws<IOException>(() => SharedSegment.Open(segment.Place with { Process = int.MaxValue }));
        GC.KeepAlive(segment);
    }

    /// <summary>A cluster that loses many silos leaves many buffers behind.</summary>
    [Fact]
    public void Segments_that_nobody_has_hold_of_are_unmapped()
    {
        // A size that no other test has, to tell these from what others have mapped.
        const int Many = 50, Floats = 1_000_003;
        static void Leave()
        {
            for (var i = 0; i < Many; i++)
            {
                Assert.Equal(0, SharedSegment.Open(SharedSegment.Create(Floats).Place).Floats.Span[^1]);
            }
        }

        Leave();
        for (var round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.InRange(Mapped(Floats), 0, 2);
    }

    private static int Mapped(int floats) => File.ReadLines("/proc/self/maps").Count(line =>
    {
        var ends = line[..line.IndexOf(' ', StringComparison.Ordinal)].Split('-').Select(end => Convert.ToInt64(end, 16)).ToArray();
        return line.Contains("memfd:mnist", StringComparison.Ordinal) && (ends[1] - ends[0]) / Environment.SystemPageSize == (floats * sizeof(float) / Environment.SystemPageSize) + 1;
    });

    [Fact]
    public void A_near_vector_is_sent_as_its_place_and_read_in_place()
    {
        var segment = SharedSegment.Create(100_000);
        segment.Floats.Span.Fill(1.5f);
        var vector = new ParameterVector(segment);

        var bytes = WireFormat.Write(vector.Near);
        Assert.InRange(bytes.Length, 1, 100);
        var arrived = WireFormat.Read<ParameterVector>(bytes);
        Assert.True(vector.Span.SequenceEqual(arrived.Span));
        segment.Floats.Span[7] = 2;
        Assert.Equal(2, arrived.Span[7]);

        Assert.True(WireFormat.Write(vector).Length > 400_000);
        GC.KeepAlive(segment);
    }

    [Fact]
    public void A_place_that_is_not_there_is_refused()
    {
        var segment = SharedSegment.Create(4);
        var bytes = WireFormat.Write(new ParameterVector(segment).Near);
        bytes[^6] ^= 0xFF;
        Assert.Throws<SerializerException>(() => WireFormat.Read<ParameterVector>(bytes));
        GC.KeepAlive(segment);
    }
}
