using Mnist.Distributed.Contracts.Ledgers;

using Xunit;

namespace Mnist.Distributed.Tests.Simulation;

/// <summary>
/// The assumptions of the other simulations: the seed decides everything, and the schedules of many
/// seeds contain every fault.
/// </summary>
public sealed class DeterminismTests
{
    private const int Seeds = 100;

    [Fact]
    public void A_seed_is_the_same_schedule_every_time() => Assert.All(Enumerable.Range(0, Seeds), seed =>
    {
        var (first, second) = (Ended(seed), Ended(seed));
        Assert.Equal((first.Timeline.Count, first.Timeline.Now, first.Timeline.Digest), (second.Timeline.Count, second.Timeline.Now, second.Timeline.Digest));
    });

    [Fact]
    public void Seeds_are_different_schedules() =>
        Assert.Equal(Seeds, Enumerable.Range(0, Seeds).Select(seed => Ended(seed).Timeline.Digest).Distinct().Count());

    [Fact]
    public void All_that_can_happen_to_a_run_happens()
    {
        var kinds = Enum.GetValues<IncidentKind>();
        var happened = Enumerable.Range(0, 3 * Seeds)
            .SelectMany(seed => Ended(seed).Checker.Record!.Incidents.Select(incident => incident.Kind))
            .Distinct()
            .Take(kinds.Length);
        Assert.Equal(kinds, happened.Order());
    }

    private static World Ended(int seed)
    {
        var world = new World(Scenario.Of(seed), null);
        world.Run();
        return world;
    }
}
