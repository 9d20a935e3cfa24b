using Mnist.Distributed.Grains.Runs;

using Xunit;

namespace Mnist.Distributed.Tests.Grains;

/// <summary>
/// Orleans' collector of idle activations reckons with the wall clock: it computes when a new activation is due, and throws, so that the activation fails, if the clock
/// has been set back to where that is in the past of what it has collected already. Activations that are kept alive are never asked about.
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
