using System.Runtime.InteropServices;

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training;

using TorchSharp;

using Xunit;

namespace Mnist.Distributed.Tests.Training;

public sealed class PlainTrainerTests
{
    private static readonly TrainingPlan Short = new() { Samples = 95, BatchSize = 30, Epochs = 2, OptimizerSettings = PlanSettings.Sgd(0.9f), Seed = 11 };

    [Theory]
    [InlineData("mlp", 1)]
    [InlineData("mlp", 4)]
    [InlineData("cnn", 1)]
    [InlineData("cnn", 4)]
    public void Equal_plans_lead_to_equal_bytes_and_another_seed_to_others(string model, int workers)
    {
        TrainingPlan plan = Short with { Model = model, Workers = workers };

        byte[] first = Train(plan);

        Assert.Equal(first, Train(plan with { }));
        Assert.NotEqual(first, Train(plan with { Seed = plan.Seed + 1 }));
    }

    [Fact]
    public void Dropout_depends_on_nothing_but_the_plan()
    {
        TrainingPlan plan = Short with { Model = "cnn" };

        Assert.NotEqual(Train(plan), Train(plan with { ModelSettings = PlanSettings.Dropout(0) }));
    }

    [Fact]
    public void Training_goes_on_from_a_snapshot_with_equal_bytes()
    {
        TrainingPlan plan = Short with { Model = "cnn", Workers = 2 };
        using var first = new PlainTrainer(plan, Digits.Synthetic);
        first.TrainStep();
        first.TrainStep();
        TrainingState halfway = first.State.Snapshot();
        first.Train();

        using var second = new PlainTrainer(plan, Digits.Synthetic, halfway);
        second.Train();

        Assert.Equal(Bytes(first.State.Snapshot()), Bytes(second.State.Snapshot()));
        Assert.Equal(first.State.Totals, second.State.Totals);
    }

    [Fact]
    public void Evaluation_changes_nothing_and_repeats_itself()
    {
        using var trainer = new PlainTrainer(Short with { Model = "cnn" }, Digits.Synthetic);
        trainer.TrainStep();
        byte[] before = Bytes(trainer.State.Snapshot());

        StepTotals[] totals = trainer.Evaluate();

        Assert.Equal(totals, trainer.Evaluate());
        Assert.Equal(before, Bytes(trainer.State.Snapshot()));
        Assert.Equal(Digits.TestCount, totals.Sum(batch => batch.Samples));
        Assert.Equal((Digits.TestCount + 29) / 30, totals.Length);
    }

    /// <summary>
    /// A tensor that is left to the finalizer may be freed late, or by another thread while native
    /// code uses it.
    /// </summary>
    [Fact]
    public void Steps_and_evaluations_leave_no_tensor_to_the_finalizer()
    {
        LifetimeStatistics ofThisThread = DisposeScopeManager.Statistics.TensorStatistics;
        long before = ofThisThread.ThreadTotalLiveCount;

        using (var trainer = new PlainTrainer(Short with { Model = "cnn", Workers = 3 }, Digits.Synthetic))
        {
            trainer.Train();
            trainer.Evaluate();
            Assert.NotEqual(before, ofThisThread.ThreadTotalLiveCount);
        }

        Assert.Equal(before, ofThisThread.ThreadTotalLiveCount);
    }

    private static byte[] Train(TrainingPlan plan)
    {
        using var trainer = new PlainTrainer(plan, Digits.Synthetic);
        trainer.Train();
        return Bytes(trainer.State.Snapshot());
    }

    private static byte[] Bytes(TrainingState state) =>
        [.. MemoryMarshal.AsBytes(state.Parameters.Span), .. MemoryMarshal.AsBytes(state.Slots.Span)];
}
