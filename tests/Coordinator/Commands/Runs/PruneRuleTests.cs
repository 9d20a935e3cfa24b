using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Commands.Runs;
using Xunit;
using static Mnist.Distributed.Tests.Coordinator.Commands.Runs.Runs;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Runs;

public sealed class PruneRuleTests
{
    private static readonly KnownRun[] Some = [Run("old", days: 40), Run("month", days: 31), Run("week", RunStatus.Failed, 7), Run("new")];

    [Fact]
    public void The_newest_runs_are_kept() => Assert.Equal(["old", "month"], Chosen(new(2, null), Some));

    [Fact]
    public void Old_runs_go() => Assert.Equal(["old", "month"], Chosen(new(null, TimeSpan.FromDays(30)), Some));

    [Fact]
    public void Both_conditions_must_allow_it()
    {
        Assert.Equal(["old"], Chosen(new(3, TimeSpan.FromDays(30)), Some));
        Assert.Equal(["old", "month"], Chosen(new(1, TimeSpan.FromDays(30)), Some));
    }

    [Fact]
    public void Without_conditions_all_go_that_the_selection_has() => Assert.Equal(Some.Select(run => run.RunId), Chosen(new(null, null), Some));

    [Fact]
    public void A_run_that_trains_or_waits_stays() => Assert.Equal([], Chosen(
        new(0, TimeSpan.FromDays(1)),
        [Run("running", RunStatus.Running, 40), Run("queued", RunStatus.Queued, 40), Run("in-process", RunStatus.Interrupted, 40) with { HasOwnProcess = true }]));

    [Fact]
    public void A_run_whose_age_is_not_known_stays() =>
        Assert.Equal([], Chosen(new(0, TimeSpan.FromDays(1)), [Run("a", days: 40) with { StartedAt = null, EndedAt = null }]));

    private static IEnumerable<string> Chosen(PruneRule rule, KnownRun[] runs) => rule.Choose(runs, Now).Select(run => run.RunId);
}
