using CsCheck;
using Mnist.Distributed.Contracts.Memory;
using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Memory;

public sealed class SegmentBudgetTests
{
    [Fact]
    public void Segments_leave_most_descriptors_and_mappings_to_others() => Gen.Select(Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue]).Sample((descriptors, mappings) =>
    {
        var limit = SegmentBudget.LimitOf(descriptors, mappings);
        return limit == 0 || (limit <= (descriptors - ProcessLimits.NeededOpenFiles) / 4 && limit > 0 && limit <= mappings / 8);
    });

    [Theory]
    [InlineData(256, 65_530, 8)]
    [InlineData(1024, 65_530, 200)]
    [InlineData(1_048_576, 65_530, 8191)]
    [InlineData(3, 65_530, 0)]
    [InlineData(long.MaxValue, 800, 100)]
    public void A_usual_system_has_room_for(long descriptors, long mappings, int segments) =>
        Assert.Equal(segments, SegmentBudget.LimitOf(descriptors, mappings));

    [Fact]
    public void A_segment_is_counted_until_nobody_has_hold_of_it()
    {
        Assert.SkipUnless(SharedSegment.Domain is not null, "There is no shared memory on this system.");
        var segment = SharedSegment.Create(1);
        Assert.InRange(SegmentBudget.Taken, 1, SegmentBudget.Limit);
        GC.KeepAlive(segment);
    }
}
