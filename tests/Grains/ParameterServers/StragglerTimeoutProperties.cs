using CsCheck;
using Mnist.Distributed.Grains.ParameterServers;
using Xunit;

namespace Mnist.Distributed.Tests.Grains.ParameterServers;

public sealed class StragglerTimeoutProperties
{
    private static readonly StragglerOptions Limits = new() { Least = TimeSpan.FromMilliseconds(400), Factor = 4 };

    private static readonly Gen<TimeSpan[]> Rounds = Gen.Int[0, 1000].Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds)).Array[1, 200];

    [Fact]
    public void The_first_round_has_a_patience_of_its_own()
    {
        var timeout = new StragglerTimeout(Limits, TimeSpan.FromSeconds(7)).Next();

        Assert.Equal(TimeSpan.FromSeconds(7), timeout.Limit);
        Assert.Equal("no round has been measured yet", timeout.Reason);
    }

    [Fact]
    public void The_least_patience_holds_for_the_first_round_too() =>
        Assert.Equal(Limits.Least, new StragglerTimeout(Limits, Limits.Least / 2).Next().Limit);

    [Fact]
    public void Patience_follows_the_slowest_of_the_last_64_rounds_and_is_never_below_the_least() => Rounds.Sample(rounds =>
    {
        var timeout = After(rounds);

        var slowest = rounds.TakeLast(64).Max();
        Assert.Equal(slowest * 4 > Limits.Least ? slowest * 4 : Limits.Least, timeout.Limit);
    });

    [Fact]
    public void The_reason_names_what_the_patience_follows_from() => Rounds.Sample(rounds =>
    {
        var timeout = After(rounds);

        Assert.StartsWith(timeout.Limit == Limits.Least ? "the least timeout" : "4 times the slowest", timeout.Reason);
        Assert.Contains($"last {Math.Min(rounds.Length, 64)} rounds", timeout.Reason);
        Assert.Contains($"{rounds.TakeLast(64).Max().TotalMilliseconds:F1} ms", timeout.Reason);
    });

    private static TimeLimit After(TimeSpan[] rounds)
    {
        var stragglers = new StragglerTimeout(Limits, TimeSpan.FromSeconds(7));
        Array.ForEach(rounds, stragglers.Record);
        return stragglers.Next();
    }
}
