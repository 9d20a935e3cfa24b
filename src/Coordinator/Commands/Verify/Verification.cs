using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;

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
/// <param name="epochs">
/// Compares the test results of the epochs; null if they are not compared.
/// </param>
internal sealed class Verification(
    TrainingSetup setup, DataSet data, TrainingState? start, Ledger ledger, TrainingState? checkpoint, EpochVerification? epochs = null)
{
    /// <summary>
    /// Gives the steps of <paramref name="range"/> that have a hash, with the recorded hash and the
    /// recomputed one.
    /// </summary>
    public IEnumerable<(long Step, StateHash Recorded, StateHash Computed)> Compare(StepRange range)
    {
        var recorded = ledger.Hashes.ToDictionary(hash => hash.Step);
        if (checkpoint is not null)
        {
            recorded[checkpoint.Step] = HashOf(checkpoint);
        }

        using var trainer = new PlainTrainer(setup, data, start);
        while (true)
        {
            var step = trainer.State.Step;
            if (step >= range.First)
            {
                epochs?.Compare(trainer);
            }

            if (step >= range.First && recorded.TryGetValue(step, out var hash))
            {
                yield return (step, hash, trainer.State.Hash());
            }

            if (step >= range.Last)
            {
                yield break;
            }

            trainer.TrainStep();
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
