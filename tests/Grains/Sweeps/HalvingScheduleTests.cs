using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Grains.Sweeps;
using Xunit;

namespace Mnist.Distributed.Tests.Grains.Sweeps;

/// <summary>Which trials of a sweep go on at a rung.</summary>
public sealed class HalvingScheduleTests
{
    private static readonly Metric Loss = new("error", HigherIsBetter: false, IsShare: false);

    [Theory]
    [InlineData(9, 10, 3, new[] { 2, 4 })]
    [InlineData(8, 8, 2, new[] { 1, 2, 4 })]
    [InlineData(81, 81, 3, new[] { 1, 3, 9, 27 })]
    [InlineData(100, 4, 2, new[] { 1, 2 })]
    [InlineData(3, 1, 3, new int[0])]
    [InlineData(1, 10, 3, new int[0])]
    [InlineData(9, 10, 0, new int[0])]
    public void Rungs_leave_epochs_for_all_decisions(int trials, int epochs, int halving, int[] rungs) =>
        Assert.Equal(rungs, new HalvingSchedule(Plan(trials, epochs, halving)).Rungs);

    [Fact]
    public void A_trial_pauses_at_the_next_rung_and_trains_to_its_end_after_the_last()
    {
        var schedule = new HalvingSchedule(Plan(9, 10, 3));
        Assert.Equal([2, 2, 4, 4, 0], new[] { 0, 1, 2, 3, 4 }.Select(epochs => schedule.PauseAfter(Trial(1, TrialStatus.Waiting, new double[epochs]))));
    }

    [Fact]
    public void Nobody_decides_while_a_trial_trains()
    {
        var schedule = new HalvingSchedule(Plan(3, 9, 3));
        Assert.Null(schedule.Decide([Trial(1, TrialStatus.AtRung, 0.5), Trial(2, TrialStatus.Running), Trial(3, TrialStatus.Failed)]));
        Assert.Null(schedule.Decide([Trial(1, TrialStatus.Completed, 0.5), Trial(2, TrialStatus.Failed), Trial(3, TrialStatus.Dropped)]));
    }

    [Theory]
    [InlineData(true, new[] { 2, 4 })]
    [InlineData(false, new[] { 1, 3 })]
    public void The_best_third_goes_on_and_of_equal_ones_the_first(bool higherIsBetter, int[] winners)
    {
        var schedule = new HalvingSchedule(Plan(6, 9, 3, higherIsBetter ? Metric.Accuracy : Loss));
        double[] metrics = [0.1, 0.9, 0.2, 0.7, 0.7, double.NaN];
        var decided = schedule.Decide([.. metrics.Select((metric, at) => Trial(at + 1, TrialStatus.AtRung, 0.3, metric))])!;
        Assert.Equal(winners, decided.Where(trial => trial.Status == TrialStatus.Waiting).Select(trial => trial.Number));
        Assert.Equal(4, decided.Count(trial => trial.Status == TrialStatus.Dropped));
    }

    [Fact]
    public void A_trial_that_has_stopped_early_takes_a_place_and_a_failed_one_none()
    {
        var schedule = new HalvingSchedule(Plan(4, 8, 2));
        var decided = schedule.Decide(
            [Trial(1, TrialStatus.AtRung, 0.5), Trial(2, TrialStatus.Completed, 0.9), Trial(3, TrialStatus.AtRung, 0.6), Trial(4, TrialStatus.Failed)])!;
        Assert.Equal([TrialStatus.Dropped, TrialStatus.Completed, TrialStatus.Waiting, TrialStatus.Failed], decided.Select(trial => trial.Status));
    }

    private static SweepPlan Plan(int trials, int epochs, int halving, Metric? metric = null) => new(
        [.. Enumerable.Range(1, trials).Select(number => new SweepTrial(number, [], new TrainingPlan { Epochs = epochs, Metric = metric ?? Metric.Accuracy }, ""))],
        new RunOptions(),
        halving,
        "");

    private static TrialState Trial(int number, TrialStatus status, params double[] metrics) =>
        new(number, status, [.. metrics.Select((metric, at) => new EpochMetrics(at + 1, 1, 0, 0, 0, metric, 1, 1, Metric.Accuracy))]);
}
