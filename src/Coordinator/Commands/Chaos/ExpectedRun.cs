using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Coordinator.Commands.Chaos;

/// <summary>The plain trainer's result for a plan.</summary>
/// <param name="State">The state at the end.</param>
/// <param name="Hashes">The hash at every step, from the start to the end, both included.</param>
/// <param name="Epochs">The results of every epoch.</param>
internal sealed record ExpectedRun(TrainingState State, IReadOnlyList<StateHash> Hashes, IReadOnlyList<EpochResults> Epochs)
{
    /// <summary>Trains with the plain trainer, on this thread.</summary>
    public static ExpectedRun Of(TrainingPlan plan, DataSet data, TrainingCatalogue catalogue)
    {
        using var trainer = new PlainTrainer(plan, data, catalogue: catalogue);
        var hashes = new List<StateHash> { trainer.State.Hash() };
        var epochs = new List<EpochResults>();
        while (trainer.State.Step < plan.TotalSteps)
        {
            trainer.TrainStep();
            hashes.Add(trainer.State.Hash());
            if (trainer.State.Step % plan.StepsPerEpoch == 0)
            {
                epochs.Add(EpochResults.Of(trainer));
            }
        }

        return new ExpectedRun(trainer.State.Snapshot(), hashes, epochs);
    }
}
