using CsCheck;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Sweeps;
using Xunit;
using static Mnist.Distributed.Tests.Reports.Sweeps.SomeSweep;

namespace Mnist.Distributed.Tests.Reports.Sweeps;

/// <summary>The ranking of the trials of a sweep.</summary>
public sealed class SweepTableTests
{
    [Fact]
    public void Trials_with_other_seeds_are_one_row_with_mean_and_spread()
    {
        var rows = Of(
            Trial("--lr 1 --seed 0", TrialStatus.Completed, 0.1, 0.50),
            Trial("--lr 1 --seed 1", TrialStatus.Completed, 0.9, 0.60),
            Trial("--lr 1 --seed 2", TrialStatus.Completed, 0.1, 0.70),
            Trial("--lr 2 --seed 0", TrialStatus.Completed, 0.1, 0.65)).Table();

        Assert.Equal(["2", "1"], rows.Select(row => row.Values.Single().Value));
        Assert.Equal([1, 2], rows.Select(row => row.Place));
        var row = rows[1];
        Assert.Equal((3, 0.5, 0.7, 3), (row.Count, row.Low, row.High, row.Best!.Number));
        Assert.Equal(0.6, row.Mean, 1e-12);
        Assert.Equal(0.1, row.Deviation, 1e-12);
        Assert.True(double.IsNaN(rows[0].Deviation));
    }

    [Fact]
    public void The_best_epoch_counts_if_its_weights_are_kept()
    {
        var sweep = Of(Trial("--lr 1", TrialStatus.Completed, 0.9, 0.1), Trial("--lr 2", TrialStatus.Completed, 0.5, 0.6));
        Assert.Equal(2, sweep.Best()!.Number);
        Assert.Equal(1, (sweep with { Keep = KeptEpoch.Best }).Best()!.Number);
    }

    [Fact]
    public void A_lower_value_is_better_where_the_metric_says_so() =>
        Assert.Equal(["2", "1"], Of(OfError("--lr 1", TrialStatus.Completed, 3), OfError("--lr 2", TrialStatus.Completed, 2)).Table().Select(row => row.Values[0].Value));

    [Fact]
    public void Failed_trials_and_those_without_a_number_come_last_and_dropped_ones_by_their_rung()
    {
        var rows = Of(
            Trial("--lr 1", TrialStatus.Failed, 0.99),
            Trial("--lr 2", TrialStatus.Dropped, 0.95),
            Trial("--lr 3", TrialStatus.Dropped, 0.1, 0.2, 0.3),
            Trial("--lr 4", TrialStatus.Completed, 0.1, 0.2, 0.2, 0.1),
            Trial("--lr 5", TrialStatus.Completed, 0.1, 0.2, 0.2, double.NaN),
            Trial("--lr 6", TrialStatus.Waiting)).Table();

        Assert.Equal(["4", "3", "2", "5", "6", "1"], rows.Select(row => row.Values[0].Value));
        Assert.Equal([1, 2, 3, 0, 0, 0], rows.Select(row => row.Place));
        Assert.Equal("dropped after epoch 3", rows[1].StatusText);
        Assert.Equal("failed", rows[5].StatusText);
    }

    [Fact]
    public void Only_the_trials_of_a_row_that_have_got_furthest_are_in_its_mean()
    {
        var row = Of(
            Trial("--lr 1 --seed 0", TrialStatus.Completed, 0.1, 0.4),
            Trial("--lr 1 --seed 1", TrialStatus.Dropped, 0.9),
            Trial("--lr 1 --seed 2", TrialStatus.Completed, 0.1, 0.6)).Table().Single();
        Assert.Equal((2, 0.5), (row.Count, row.Mean));
        Assert.Equal("2 completed, 1 dropped after epoch 1", row.StatusText);
    }

    [Fact]
    public void A_sweep_of_seeds_alone_has_one_row()
    {
        var row = Of(Trial("--seed 0", TrialStatus.Completed, 0.4), Trial("--seed 1", TrialStatus.Completed, 0.6)).Table().Single();
        Assert.Empty(row.Values);
        Assert.Equal(2, row.Count);
    }

    [Fact]
    public void Each_trial_is_in_one_row_and_rows_of_one_stage_are_in_order() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 3], Gen.Double[0, 1]).Array[1, 30].Sample(drawn =>
        {
            var sweep = Of([.. drawn.DistinctBy(trial => (trial.Item1, trial.Item2)).Select(trial => Trial($"--lr {trial.Item1} --seed {trial.Item2}", TrialStatus.Completed, trial.Item3))]);
            var rows = sweep.Table();
            Assert.Equal(sweep.Trials.Select(trial => trial.Number), rows.SelectMany(row => row.Trials).Select(trial => trial.Number).Order());
            Assert.Equal(rows.Select(row => row.Mean).OrderDescending(), rows.Select(row => row.Mean));
            Assert.All(rows, row => Assert.InRange(row.Mean, row.Low - 1e-12, row.High + 1e-12));
        });
}
