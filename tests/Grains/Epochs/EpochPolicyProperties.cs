using CsCheck;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Grains.Epochs;
using Xunit;

namespace Mnist.Distributed.Tests.Grains.Epochs;

public sealed class EpochPolicyProperties
{
    private static readonly Gen<(TrainingPlan Plan, RunOptions Options)> Runs = Gen.Select(
        Gen.Int[1, 40], Gen.Int[1, 7], Gen.Int[1, 5], Gen.Int[0, 12],
        (samples, batch, epochs, every) => (
            new TrainingPlan { Samples = samples, BatchSize = batch, Epochs = epochs, Workers = 1 },
            new RunOptions { CheckpointEvery = every }));

    [Fact]
    public void A_run_evaluates_at_the_end_of_each_epoch_and_nowhere_else() => Runs.Sample(run =>
    {
        var evaluated = Milestones(run.Plan, run.Options).Where(milestone => milestone.EndsEpoch);

        Assert.Equal(
            Enumerable.Range(1, run.Plan.Epochs).Select(epoch => new Milestone((long)run.Plan.StepsPerEpoch * epoch, epoch, true)),
            evaluated);
    });

    [Fact]
    public void A_run_stops_at_the_multiples_of_the_interval_and_the_ends_of_epochs() => Runs.Sample(run =>
    {
        var (plan, options) = run;

        Assert.Equal(
            Enumerable.Range(1, (int)plan.TotalSteps).Select(step => (long)step).Where(step =>
                step % plan.StepsPerEpoch == 0 || (options.CheckpointEvery > 0 && step % options.CheckpointEvery == 0)),
            Milestones(plan, options).Select(milestone => milestone.Step));
    });

    /// <summary>
    /// A parameter server without a driver keeps the checkpoints that the run grain will ask for.
    /// </summary>
    [Fact]
    public void A_server_that_knows_only_its_step_goes_to_the_same_milestones() => Runs.Sample(run =>
    {
        var policy = new EpochPolicy(run.Plan, run.Options);
        Assert.All(Milestones(run.Plan, run.Options), milestone =>
        {
            Assert.Equal(milestone, policy.At(milestone.Step));
            Assert.Equal(policy.After(milestone), policy.After(policy.At(milestone.Step)));
        });
    });

    [Fact]
    public void The_end_of_an_epoch_that_is_not_evaluated_comes_again() => Runs.Sample(run =>
        Assert.Equal(
            new Milestone(run.Plan.StepsPerEpoch, 1, true),
            new EpochPolicy(run.Plan, new RunOptions()).Next(0, run.Plan.StepsPerEpoch)));

    [Fact]
    public void A_complete_run_has_nowhere_to_go() => Runs.Sample(run =>
        Assert.Equal(run.Plan.TotalSteps, new EpochPolicy(run.Plan, run.Options).Next(run.Plan.Epochs, run.Plan.TotalSteps).Step));

    /// <summary>
    /// The milestones in the order of a run, which notes an epoch after its evaluation.
    /// </summary>
    private static List<Milestone> Milestones(TrainingPlan plan, RunOptions options)
    {
        var policy = new EpochPolicy(plan, options);
        var passed = new List<Milestone>();
        var (epochs, step) = (0, 0L);
        while (epochs < plan.Epochs)
        {
            var milestone = policy.Next(epochs, step);
            passed.Add(milestone);
            (epochs, step) = (milestone.EndsEpoch ? epochs + 1 : epochs, milestone.Step);
        }

        return passed;
    }
}
