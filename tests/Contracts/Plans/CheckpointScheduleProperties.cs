using CsCheck;
using Mnist.Distributed.Contracts.Plans;
using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Plans;

public sealed class CheckpointScheduleProperties
{
    private static readonly Gen<(TrainingPlan Plan, RunOptions Options)> Runs = Gen.Select(
        Gen.Int[1, 40], Gen.Int[1, 7], Gen.Int[1, 5], Gen.Int[0, 12],
        (samples, batch, epochs, every) => (
            new TrainingPlan { Samples = samples, BatchSize = batch, Epochs = epochs, Workers = 1 },
            new RunOptions { CheckpointEvery = every }));

    /// <summary>
    /// A run that goes from checkpoint to checkpoint visits exactly the multiples of the interval
    /// and the ends of all epochs.
    /// </summary>
    [Fact]
    public void Checkpoints_are_the_multiples_of_the_interval_and_the_ends_of_epochs() => Runs.Sample(run =>
    {
        var (plan, options) = run;
        var visited = new List<long>();
        for (var step = 0L; step < plan.TotalSteps;)
        {
            step = CheckpointSchedule.After(plan, options, (int)(step / plan.StepsPerEpoch), step);
            visited.Add(step);
        }

        Assert.Equal(
            Enumerable.Range(1, (int)plan.TotalSteps).Select(step => (long)step).Where(step =>
                step % plan.StepsPerEpoch == 0 || (options.CheckpointEvery > 0 && step % options.CheckpointEvery == 0)),
            visited);
    });

    /// <summary>
    /// A run that was stopped exactly at the end of an epoch must still evaluate there.
    /// </summary>
    [Fact]
    public void The_end_of_an_epoch_that_is_not_evaluated_comes_again() => Runs.Sample(run =>
        Assert.Equal(run.Plan.StepsPerEpoch, CheckpointSchedule.After(run.Plan, new RunOptions(), 0, run.Plan.StepsPerEpoch)));
}
