using Mnist.Distributed.Coordinator.Commands.Plan;
using Mnist.Distributed.Coordinator.Scaling;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Plan;

/// <summary>The advice of <c>mnist plan</c>.</summary>
public sealed class PlanTests
{
    private static readonly LinkSpeed Fast = new(1.25e9, 50e-6);

    /// <summary>Silos with 50 us of latency between them cannot share a step of 100 us.</summary>
    [Fact]
    public void Nothing_is_gained_by_distributing_a_small_step()
    {
        var plan = Plan(new ComputeCost(0, 3e-6, 2e-5, 1e-5), Fast, 318_080, batch: 30);
        Assert.Equal(1, plan.Advised.Shape.Silos);
        Assert.StartsWith("One silo is best", PlanReport.Advice(plan), StringComparison.Ordinal);
        Assert.All(plan.Choices.Skip(1), choice => Assert.True(choice.SpeedUp < 1));
    }

    [Fact]
    public void A_large_step_is_shared_by_as_many_silos_as_gain()
    {
        var plan = Plan(new ComputeCost(0, 3e-4, 2e-5, 1e-5), Fast, 1_725_000, batch: 4096);
        Assert.InRange(plan.Advised.Shape.Silos, 8, 512);
        Assert.True(plan.Advised.Shape.Slices > 1);
        Assert.All(plan.Choices.TakeWhile(choice => choice != plan.Advised), choice => Assert.True(choice.Pays));
        Assert.DoesNotContain(plan.Choices, choice => choice.Shape.Workers > 4096);
    }

    [Fact]
    public void A_network_without_cost_leaves_the_arithmetic()
    {
        var plan = new StepCostModel(new LinkSpeed(double.MaxValue, 0), new MessageCost(0, 0), new ComputeCost(0, 1e-3, 0, 0), 1_000_000);
        Assert.Equal(1e-3, plan.Of(new ClusterShape(64, 1, 1, 4), 64).Seconds, 1e-9);
        Assert.Equal(1e-3, plan.Of(new ClusterShape(64, 1, 8, 4), 64).Seconds, 1e-9);
        Assert.Equal(StepLimit.Arithmetic, plan.Of(new ClusterShape(64, 1, 8, 4), 64).Limit);
    }

    [Fact]
    public async Task The_command_prints_sizes_and_one_advice()
    {
        await using var home = new UserHome();
        var run = await home.Mnist("plan", "--batch-size", "256", "--silos", "10", "--threads", "2", "--json");
        var lines = run.Succeeds().Json.ToArray();
        Assert.Equal([1, 2, 4, 8, 10], lines.Select(line => line.GetProperty("silos").GetInt32()));
        Assert.Single(lines, line => line.GetProperty("advised").GetBoolean());
        Assert.All(lines, line => Assert.True(line.GetProperty("step_seconds").GetDouble() > 0));
    }

    [Theory]
    [InlineData("--bandwidth", "0")]
    [InlineData("--latency", "-1")]
    [InlineData("--threads", "0")]
    [InlineData("--silos", "1001")]
    [InlineData("--model", "transformer")]
    public async Task Wrong_input_is_refused_with_a_sentence(string option, string value)
    {
        await using var home = new UserHome();
        Assert.Contains(option == "--model" ? value : option, (await home.Mnist("plan", option, value)).IsRefused(), StringComparison.Ordinal);
    }

    private static ScalingPlan Plan(ComputeCost compute, LinkSpeed link, long bytes, int batch) =>
        ScalingPlan.Of(new StepCostModel(link, MessageCost.Measured, compute, bytes), batch, 1, 1000);
}
