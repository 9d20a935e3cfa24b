using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Commands.Verify;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Weights;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Verify;

/// <summary><c>mnist verify</c> notices a record that says what did not happen.</summary>
public sealed class EpochVerificationTests(SmallMnist data)
{
    private readonly TrainingPlan _plan = new()
    {
        Model = "mlp-logits",
        Samples = 600,
        TestSamples = SmallMnist.TestCount,
        Workers = 1,
        LearningRate = 0.1f,
        Epochs = 40,
        Patience = 3,
        Data = data.Load().Shape,
    };

    [Fact]
    public void A_true_record_agrees()
    {
        var (run, kept) = Train();
        var verified = Verify(run, kept);

        Assert.Equal(run.Epochs.Count, verified.Compared.Count);
        Assert.All(verified.Compared, epoch => Assert.True(epoch.Agrees));
        Assert.Equal(run.Epochs.Count, verified.Decision.LastEpoch);
        Assert.Null(verified.WrongEnd);
        Assert.Null(verified.WrongWeights);
    }

    [Fact]
    public void The_last_bit_of_a_metric_and_of_a_loss_counts()
    {
        var (run, kept) = Train();
        var first = run.Epochs[0];
        foreach (var forged in new[]
        {
            first with { TestMetric = double.BitIncrement(first.TestMetric) },
            first with { TestLoss = double.BitDecrement(first.TestLoss) },
            first with { TrainMetric = double.BitIncrement(first.TrainMetric) },
            first with { TrainLoss = double.BitDecrement(first.TrainLoss) },
            first with { Epoch = 2 },
        })
        {
            var verified = Verify(run with { Epochs = [forged, .. run.Epochs.Skip(1)] }, kept);
            Assert.Equal([1], verified.Compared.Where(epoch => !epoch.Agrees).Select(epoch => epoch.Epoch));
        }
    }

    [Fact]
    public void A_run_that_ended_too_early_or_too_late_is_found()
    {
        var (run, kept) = Train();
        var cut = Verify(run with { Epochs = [.. run.Epochs.SkipLast(1)] }, kept);
        Assert.Contains("does not end it there", cut.WrongEnd, StringComparison.Ordinal);
        Assert.Contains("newest checkpoint is at step", Verify(run with { Step = run.Step - 1 }, kept).WrongEnd, StringComparison.Ordinal);
        Assert.Contains("newest checkpoint is at step", Verify(run with { Step = run.Step + 1 }, kept).WrongEnd, StringComparison.Ordinal);

        var impatient = Verify(run with { Plan = _plan with { Patience = 1 } }, kept);
        var end = EarlyStopping.After(_plan with { Patience = 1 }, [.. run.Epochs.Select(epoch => epoch.TestMetric)]).LastEpoch;
        Assert.Contains($"ends the run after epoch {end}", impatient.WrongEnd, StringComparison.Ordinal);

        Assert.Null(Verify(run with { Epochs = [.. run.Epochs.SkipLast(1)], Status = RunStatus.Stopped }, kept).WrongEnd);
    }

    [Fact]
    public void Weights_of_another_epoch_and_other_weights_are_found()
    {
        var (run, kept) = Train();
        Assert.Contains("is the best one", Verify(run, kept with { Epoch = kept.Epoch + 1 }).WrongWeights, StringComparison.Ordinal);

        var values = kept.State.Parameters.Span.ToArray();
        values[7] = float.BitIncrement(values[7]);
        var other = kept with { State = kept.State with { Parameters = new ParameterVector(values) } };
        Assert.Contains("not those of the plain trainer", Verify(run, other).WrongWeights, StringComparison.Ordinal);
        var later = kept with { State = kept.State with { BatchesTracked = kept.State.BatchesTracked + 1 } };
        Assert.Contains("not those of the plain trainer", Verify(run, later).WrongWeights, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_is_not_what_the_options_demand_is_found()
    {
        var (run, kept) = Train();
        Assert.Contains("has not those of epoch", Verify(run, null).WrongWeights, StringComparison.Ordinal);
        Assert.Contains("has not those of epoch", Verify(run, kept with { IsBest = false }).WrongWeights, StringComparison.Ordinal);

        var last = run with { Options = new RunOptions() };
        Assert.Contains("keeps its last weights", Verify(last, kept).WrongWeights, StringComparison.Ordinal);
        Assert.Null(Verify(last, kept with { IsBest = false }).WrongWeights);
    }

    /// <summary>
    /// A run goes on while it is verified, so its weights may be those of an epoch that the
    /// description does not have.
    /// </summary>
    [Fact]
    public void Weights_that_are_newer_than_the_description_are_no_error()
    {
        var (run, kept) = Train();
        var young = run with { Epochs = [.. run.Epochs.Take(kept.Epoch!.Value - 1)], Status = RunStatus.Running };
        var verified = Verify(young, kept);

        Assert.Null(verified.WrongWeights);
        Assert.Contains("were not compared", verified.NotCompared, StringComparison.Ordinal);
        Assert.NotNull(Verify(young with { Status = RunStatus.Stopped }, kept).WrongWeights);
    }

    private (RunDescription Run, RunWeights Kept) Train()
    {
        using var trainer = new PlainTrainer(_plan, data.Load());
        var epochs = new List<EpochMetrics>();
        RunWeights? kept = null;
        while (!EarlyStopping.After(_plan, [.. epochs.Select(epoch => epoch.TestMetric)]).IsOver)
        {
            for (var step = 0; step < _plan.StepsPerEpoch; step++)
            {
                trainer.TrainStep();
            }

            var test = new TestTotals(trainer.Evaluate());
            kept = epochs.All(epoch => epoch.TestMetric < test.Metric) ? new RunWeights(ExportedWeights.Of(trainer.State.Snapshot()), epochs.Count + 1, IsBest: true) : kept;
            var train = trainer.State.Totals;
            epochs.Add(new EpochMetrics(epochs.Count + 1, _plan.StepsPerEpoch, train.Loss, train.Metric, test.Loss, test.Metric, 0, 0, _plan.Metric));
        }

        Assert.InRange(epochs.Count, 4, _plan.Epochs - 1);
        var options = new RunOptions { Keep = KeptEpoch.Best };
        return (new RunDescription("run", RunStatus.Completed, _plan, epochs, [], null, options, null, trainer.State.Step, [], "silo", null), kept!);
    }

    private EpochVerification Verify(RunDescription run, RunWeights? kept)
    {
        var verification = new EpochVerification(run, kept);
        using var trainer = new PlainTrainer(_plan, data.Load());
        while (trainer.State.Step < run.Step)
        {
            trainer.TrainStep();
            verification.Compare(trainer);
        }

        return verification;
    }
}
