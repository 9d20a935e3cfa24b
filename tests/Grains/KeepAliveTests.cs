using Mnist.Distributed.Grains.Runs;

using Xunit;

namespace Mnist.Distributed.Tests.Grains;

/// <summary>
/// Orleans' collector of idle activations uses the wall clock: it computes the time at which a new
/// activation is due. If the clock was set back and this time is before one that the collector has
/// passed already, the collector throws and the activation fails. The collector ignores activations
/// that are kept alive.
/// </summary>
public sealed class KeepAliveTests
{
    public static TheoryData<string> Grains => [.. Types.Select(type => type.FullName!)];

    private static IEnumerable<Type> Types => typeof(RunRecord).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(Grain)));

    [Fact]
    public void There_are_grains() => Assert.True(Types.Count() >= 4);

    [Theory]
    [MemberData(nameof(Grains))]
    public void Every_grain_is_kept_alive(string grain) =>
        Assert.True(Types.Single(type => type.FullName == grain).IsDefined(typeof(KeepAliveAttribute), inherit: false), $"{grain} has no [KeepAlive].");
}
