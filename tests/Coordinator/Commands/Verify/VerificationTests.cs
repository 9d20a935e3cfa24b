using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Commands.Verify;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Verify;

/// <summary>A checkpoint and the ledger of a run are both compared with the plain trainer.</summary>
public sealed class VerificationTests
{
    private const long End = 4;

    private static readonly TrainingPlan Plan =
        new() { Model = "mlp", Samples = 60, BatchSize = 15, Workers = 1, Epochs = 1, Data = Digits.Synthetic.Shape };

    [Fact]
    public void A_true_run_agrees()
    {
        var (ledger, checkpoint) = Train();
        var verification = New(ledger, checkpoint);

        Assert.Equal(End + 1, verification.Compare(new StepRange(0, End)).Count(step => step.Recorded == step.Computed));
        Assert.Null(verification.WrongCheckpoint);
    }

    /// <summary>The checkpoint is right, and does not stand in for the hash in the ledger.</summary>
    [Fact]
    public void A_forged_hash_at_the_step_of_the_checkpoint_is_found()
    {
        var (ledger, checkpoint) = Train();
        var forged = ledger with { Hashes = [.. ledger.Hashes.SkipLast(1), new StateHash(End, 1)] };

        Assert.Equal(
            [(End, false), (End, true)],
            New(forged, checkpoint).Compare(new StepRange(End, End)).Select(step => (step.Step, step.Recorded == step.Computed)));
    }

    [Fact]
    public void Forged_totals_and_batches_of_the_checkpoint_are_found()
    {
        var (ledger, checkpoint) = Train();
        foreach (var forged in new[]
        {
            checkpoint with { BatchesTracked = checkpoint.BatchesTracked + 1 },
            checkpoint with { Totals = checkpoint.Totals with { LossSum = double.BitIncrement(checkpoint.Totals.LossSum) } },
        })
        {
            var verification = New(ledger, forged);
            Assert.All(verification.Compare(new StepRange(0, End)), step => Assert.Equal(step.Recorded, step.Computed));
            Assert.Contains("other totals", verification.WrongCheckpoint, StringComparison.Ordinal);
        }
    }

    private static (Ledger Ledger, TrainingState Checkpoint) Train()
    {
        using var trainer = new PlainTrainer(Plan, Digits.Synthetic);
        List<StateHash> hashes = [trainer.State.Hash()];
        while (trainer.State.Step < End)
        {
            trainer.TrainStep();
            hashes.Add(trainer.State.Hash());
        }

        return (Ledger.StartingAt(0) with { Hashes = hashes }, trainer.State.Snapshot());
    }

    private static Verification New(Ledger ledger, TrainingState checkpoint)
    {
        var run = new RunDescription("run", RunStatus.Running, Plan, [], [], null, new RunOptions(), null, End, [], "silo", null);
        return new Verification(TrainingSetup.Of(Plan), Digits.Synthetic, null, ledger, checkpoint, new EpochVerification(run, null));
    }
}
