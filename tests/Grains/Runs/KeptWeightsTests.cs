using CsCheck;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Runs;
using Xunit;

namespace Mnist.Distributed.Tests.Grains.Runs;

public sealed class KeptWeightsTests
{
    private const int StepsPerEpoch = 10;

    private static readonly Metric LabelError = new("label error", HigherIsBetter: false, IsShare: false);

    [Fact]
    public void The_first_of_the_best_epochs_is_kept_without_its_slots() => Gen.Int[0, 5].Array[1, 12].Sample(values =>
    {
        foreach (var higher in new[] { true, false })
        {
            var record = Train(KeptEpoch.Best, higher ? Metric.Accuracy : LabelError, values);
            var best = Array.IndexOf(values, higher ? values.Max() : values.Min()) + 1;

            var weights = KeptWeights.Of(record)!;
            Assert.Equal((best, true), (weights.Epoch, weights.IsBest));
            Assert.Equal(best, weights.State.Parameters.Span[0]);
            Assert.Equal(best * StepsPerEpoch, weights.State.Step);
            Assert.Equal((0, 0), (weights.State.Slots.Length, weights.State.Ledger.Blocks.Count));
        }
    });

    /// <summary>The average replaces the trained parameters; running statistics follow them.</summary>
    [Fact]
    public void In_a_run_with_a_moving_average_the_average_is_kept()
    {
        var record = Train(KeptEpoch.Best, Metric.Accuracy, [1, 2]);
        var state = State(2 * StepsPerEpoch) with { Parameters = new ParameterVector(new float[] { 5, 7 }), Average = new ParameterVector(new float[] { 4 }) };

        var kept = KeptWeights.Best(record, state)!.State;

        Assert.Equal([4, 7], kept.Parameters.Span);
        Assert.Null(kept.Average);
    }

    [Fact]
    public void By_default_the_checkpoint_is_the_result()
    {
        var record = Train(KeptEpoch.Last, Metric.Accuracy, [3, 2, 1]);
        Assert.Null(record.Best);
        Assert.Equal((3, false), (KeptWeights.Of(record)!.Epoch, KeptWeights.Of(record)!.IsBest));

        record.Checkpoint = State(34);
        Assert.Equal((null, 34L), (KeptWeights.Of(record)!.Epoch, KeptWeights.Of(record)!.State.Step));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Before_the_first_epoch_ends_there_is_no_best_one(long step)
    {
        var record = new RunRecord { Plan = Plan(Metric.Accuracy), Options = new RunOptions { Keep = KeptEpoch.Best } };
        Assert.Null(KeptWeights.Of(record));

        record.Checkpoint = State(step);
        Assert.Equal((null, false), (KeptWeights.Of(record)!.Epoch, KeptWeights.Of(record)!.IsBest));
    }

    private static RunRecord Train(KeptEpoch keep, Metric metric, int[] values)
    {
        var record = new RunRecord { Plan = Plan(metric), Options = new RunOptions { Keep = keep } };
        foreach (var (index, value) in values.Index())
        {
            record.Checkpoint = State((index + 1) * StepsPerEpoch);
            record.Epochs.Add(new EpochMetrics(index + 1, StepsPerEpoch, 0, 0, 0, value, 0, 0, metric));
            record.Best = KeptWeights.Best(record, record.Checkpoint);
        }

        return record;
    }

    private static TrainingPlan Plan(Metric metric) => new() { Samples = 100, BatchSize = 10, Metric = metric, Epochs = 20 };

    private static TrainingState State(long step) => new(
        step, new ParameterVector(new float[] { step / StepsPerEpoch }), new ParameterVector(new float[3]), step, default, new Ledger(0, step, [new LedgerBlock(0, step, [])], [], []));
}
