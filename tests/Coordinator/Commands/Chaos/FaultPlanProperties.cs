using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Chaos.Faults;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Chaos;

public sealed class FaultPlanProperties
{
    private const int Steps = 1_640;
    private const int Silos = 3;

    private static readonly Gen<FaultPlan> Drawn = Gen.Int[0, int.MaxValue].Select(seed => FaultPlan.Random(seed, Steps, Silos));

    [Fact]
    public void A_plan_is_read_as_it_is_written() => Drawn.Sample(plan => Assert.Equal(plan.Faults, FaultPlan.Parse(plan.ToString()).Faults));

    [Fact]
    public void Faults_come_in_order_and_early_enough() => Drawn.Sample(plan =>
    {
        Assert.InRange(plan.Faults.Count, 1, 4);
        Assert.Equal(plan.Faults.Select(fault => fault.Step).Order(), plan.Faults.Select(fault => fault.Step));
        Assert.All(plan.Faults, fault => Assert.InRange(fault.Step, Steps / 10, Steps * 9 / 10));
    });

    [Fact]
    public void At_least_one_silo_is_left_unless_the_power_is_cut() => Drawn.Sample(plan =>
    {
        var alive = Silos;
        foreach (var fault in plan.Faults)
        {
            alive = fault.Kind.EndsCluster ? Silos : fault.Kind.EndsSilo ? alive - 1 : alive;
            Assert.InRange(alive, 1, int.MaxValue);
        }
    });

    [Fact]
    public void All_kinds_of_faults_are_drawn()
    {
        var kinds = Enumerable.Range(0, 200).SelectMany(seed => FaultPlan.Random(seed, Steps, Silos).Faults).Select(fault => fault.Kind).ToHashSet();
        Assert.Equal(FaultKinds.All.ToHashSet(), kinds);
    }

    [Theory]
    [InlineData("explode(run) at step 3")]
    [InlineData("kill at step 3")]
    [InlineData("kill(run)")]
    [InlineData("kill(run, 3 s) at step 3")]
    [InlineData("stop(run) at step 3")]
    [InlineData("add(run) at step 3")]
    [InlineData("kill(silo 0) at step 3")]
    [InlineData("kill(run) at step -3")]
    [InlineData("kill(run) at step three")]
    public void What_is_no_fault_is_refused_with_examples(string text) =>
        Assert.Contains("kill(server) at step 500", Assert.Throws<InvalidInputException>(() => FaultPlan.Parse(text)).Message, StringComparison.Ordinal);
}
