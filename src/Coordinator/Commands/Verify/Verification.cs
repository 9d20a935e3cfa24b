using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.State;

namespace Mnist.Distributed.Coordinator.Commands.Verify;

/// <summary>
/// Recomputes a run with the plain trainer, and compares its hashes with those of the ledger.
/// </summary>
/// <param name="setup">The run's plan, model, objective and optimizer.</param>
/// <param name="data">The data set.</param>
/// <param name="start">The state to recompute from; null for freshly drawn weights.</param>
/// <param name="ledger">The run's ledger.</param>
/// <param name="checkpoint">
/// The run's newest checkpoint, which is compared like a step; null if there is none.
/// </param>
/// <param name="epochs">Compares the results of the epochs.</param>
internal sealed class Verification(
    TrainingSetup setup, DataSet data, TrainingState? start, Ledger ledger, TrainingState? checkpoint, EpochVerification epochs)
{
    /// <summary>The epochs that were compared.</summary>
    public EpochVerification Epochs => epochs;

    /// <summary>
    /// What is wrong with the totals of the checkpoint, as a sentence; null when they are right or
    /// were not compared.
    /// </summary>
    public string? WrongCheckpoint { get; private set; }

    /// <summary>
    /// Gives the steps of <paramref name="range"/> that have a hash, with the recorded hash and the
    /// recomputed one.
    /// </summary>
    public IEnumerable<(long Step, StateHash Recorded, StateHash Computed)> Compare(StepRange range)
    {
        var recorded = (checkpoint is null ? ledger.Hashes : [.. ledger.Hashes, HashOf(checkpoint)]).ToLookup(hash => hash.Step);
        using var trainer = new PlainTrainer(setup, data, start);
        while (true)
        {
            var step = trainer.State.Step;
            if (step >= range.First)
            {
                epochs.Compare(trainer);
                CompareCheckpoint(trainer.State);
                foreach (var hash in recorded[step].Distinct())
                {
                    yield return (step, hash, trainer.State.Hash());
                }
            }

            if (step >= range.Last)
            {
                yield break;
            }

            trainer.TrainStep();
        }
    }

    /// <summary>Hashes are of vectors. The rest of a checkpoint is compared by value.</summary>
    private void CompareCheckpoint(ModelState state)
    {
        if (checkpoint?.Step == state.Step && (checkpoint.Totals, checkpoint.BatchesTracked) != (state.Totals, state.BatchesTracked))
        {
            WrongCheckpoint = $"The checkpoint at step {state.Step} has other totals of its epoch than the plain trainer.";
        }
    }

    private StateHash HashOf(TrainingState state)
    {
        var model = setup.NewState();
        model.Restore(state);
        return model.Hash();
    }
}

/// <summary>The steps from the first to the last, both included.</summary>
/// <param name="First">First step.</param>
/// <param name="Last">Last step.</param>
internal readonly record struct StepRange(long First, long Last)
{
    /// <summary>Number of steps.</summary>
    public long Count => Last - First + 1;
}
