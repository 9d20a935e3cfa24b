using Mnist.Distributed.Coordinator.Scaling;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Scaling;

/// <summary>When a sweep is faster than distributing one run after the other.</summary>
public sealed class SweepEstimateTests
{
    /// <summary>Without a network and without sums, only the arithmetic of samples counts.</summary>
    private static readonly StepCostModel Ideal = new(new LinkSpeed(double.MaxValue, 0), new MessageCost(0, 0), new ComputeCost(0, 1e-3, 0, 0), 4);

    [Theory]
    [InlineData(8, 4, 8)]
    [InlineData(9, 4, 12)]
    [InlineData(1, 4, 4)]
    public void A_sweep_takes_a_round_of_runs_for_each_full_set_of_threads(int trials, int threads, double runsOfOneThread)
    {
        var plan = ScalingPlan.Of(Ideal, 40, threads, 1);
        var times = SweepEstimate.Of(Ideal, 40, 100, trials, new ClusterShape(1, threads, 1, 4), plan.Advised);
        Assert.Equal(Math.Ceiling((double)trials / threads) * 100 * 40e-3, times.SweepSeconds, 1e-9);
        Assert.Equal(trials * 100 * 10e-3, times.DistributedSeconds, 1e-9);
        Assert.Equal(runsOfOneThread, times.SweepSeconds / (100 * 10e-3), 1e-9);
    }

    [Fact]
    public void Sweeping_pays_where_a_step_is_too_small_to_share()
    {
        var model = new StepCostModel(new LinkSpeed(1.25e9, 50e-6), MessageCost.Measured, new ComputeCost(2e-5, 3e-6, 2e-5, 1e-5), 318_080);
        var plan = ScalingPlan.Of(model, 30, 1, 4);
        Assert.True(SweepEstimate.Of(model, 30, 1000, 20, new ClusterShape(4, 1, 1, 4), plan.Advised).SweepPays);
    }

    [Fact]
    public void Distributing_pays_where_one_run_can_use_all_threads() =>
        Assert.False(SweepEstimate.Of(Ideal, 40, 100, 1, new ClusterShape(4, 1, 1, 4), ScalingPlan.Of(Ideal, 40, 1, 4).Advised).SweepPays);
}
