using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Commands.Runs;
using Xunit;
using static Mnist.Distributed.Tests.Coordinator.Commands.Runs.Runs;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Runs;

public sealed class PruneRuleTests
{
    private static readonly Metric Errors = new("label_error_rate", HigherIsBetter: false, IsShare: true);

    private static readonly KnownRun[] Some = [Run("old", days: 40), Run("month", days: 31), Run("week", RunStatus.Failed, 7), Run("new")];

    [Fact]
    public void The_newest_runs_are_kept() => Assert.Equal(["old", "month"], Chosen(new(2, null), Some));

    [Fact]
    public void Old_runs_go() => Assert.Equal(["old", "month"], Chosen(new(null, TimeSpan.FromDays(30)), Some));

    [Fact]
    public void The_best_runs_of_each_metric_are_kept()
    {
        KnownRun[] runs =
        [
            Run("weak", accuracies: [0.5, 0.6]), Run("best", accuracies: [0.9, 0.7]), Run("second", accuracies: [0.8]), Run("none"),
            Run("read", accuracies: [0.3]) with { Metric = Errors }, Run("misread", accuracies: [0.4]) with { Metric = Errors },
        ];
        Assert.Equal(["weak", "second", "none", "misread"], Chosen(new(null, null, 1), runs));
        Assert.Equal(["weak", "none"], Chosen(new(null, null, 2), runs));
    }

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
