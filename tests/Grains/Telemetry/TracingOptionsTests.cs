using Mnist.Distributed.Grains.Telemetry;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.Telemetry;

public sealed class TracingOptionsTests
{
    [Fact]
    public void The_first_steps_and_then_one_in_so_many_are_traced() => Assert.Equal(
        [0, 1, 2, 3, 4, 500, 1000],
        Sampled(new TracingOptions(), 1200));

    [Fact]
    public void The_first_steps_alone_can_be_traced() => Assert.Equal([0, 1], Sampled(new TracingOptions { FirstSteps = 2, OneIn = 0 }, 100));

    [Fact]
    public void Nothing_need_be_traced() => Assert.Empty(Sampled(new TracingOptions { FirstSteps = 0, OneIn = 0 }, 100));

    [Fact]
    public void Every_step_can_be_traced() => Assert.Equal(100, Sampled(new TracingOptions { FirstSteps = 0, OneIn = 1 }, 100).Count());

    private static IEnumerable<int> Sampled(TracingOptions options, int steps) =>
        Enumerable.Range(0, steps).Where(step => options.IsSampled(step));
}
