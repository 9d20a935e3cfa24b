using Mnist.Distributed.Contracts.Memory;
using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Memory;

/// <summary>
/// The list of open segments belongs to the process, so no test that closes segments may run at the
/// same time.
/// </summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class OpenSegmentsTests
{
    public OpenSegmentsTests() => Assert.SkipUnless(SharedSegment.Domain is not null, "There is no shared memory on this system.");

    [Fact]
    public void A_segment_is_mapped_once_until_it_is_forgotten()
    {
        var made = SharedSegment.Create(16);
        var first = OpenSegments.At(made.Place);
        OpenSegments.Forget(TimeSpan.FromHours(1));
        Assert.Same(first, OpenSegments.At(made.Place));

        OpenSegments.Forget(TimeSpan.Zero);
        var second = OpenSegments.At(made.Place);
        Assert.NotSame(first, second);

        made.Floats.Span[15] = 0.5f;
        Assert.Equal(0.5f, first.Floats.Span[15]);
        Assert.Equal(0.5f, second.Floats.Span[15]);
    }

    [Fact]
    public void One_that_is_forgotten_stays_mapped_for_as_long_as_somebody_has_hold_of_it()
    {
        var made = SharedSegment.Create(16);
        var held = OpenSegments.At(made.Place).Floats;
        OpenSegments.Forget(TimeSpan.Zero);
        Collect();
        made.Floats.Span[3] = 2;
        Assert.Equal(2, held.Span[3]);
    }

    [Fact]
    public void One_that_is_forgotten_and_that_nobody_has_hold_of_is_collected()
    {
        var made = SharedSegment.Create(16);
        WeakReference Map() => new(OpenSegments.At(made.Place));
        var mapped = Map();
        Collect();
        Assert.True(mapped.IsAlive);

        OpenSegments.Forget(TimeSpan.Zero);
        Collect();
        Assert.False(mapped.IsAlive);
        GC.KeepAlive(made);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
