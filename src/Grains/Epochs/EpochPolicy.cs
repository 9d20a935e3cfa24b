using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Grains.Epochs;

/// <summary>
/// The order of the work of a run: train to the next milestone, evaluate there if the milestone
/// ends an epoch, write the checkpoint, and continue. The run grain follows it, and so does a
/// parameter server that nobody drives.
/// </summary>
/// <param name="plan">The plan of the run.</param>
/// <param name="options">The options, with the interval of the checkpoints.</param>
public sealed class EpochPolicy(TrainingPlan plan, RunOptions options)
{
    /// <summary>The next milestone, given the contents of the record.</summary>
    /// <param name="epochs">Number of epochs that are trained and evaluated.</param>
    /// <param name="step">
    /// The step of the newest checkpoint, counted from the start of the run.
    /// </param>
    /// <returns>A milestone; the end of the run when all epochs are done.</returns>
    public Milestone Next(int epochs, long step)
    {
        var target = CheckpointSchedule.After(plan, options, epochs, step);
        var epoch = Math.Min(epochs + 1, plan.Epochs);
        return new Milestone(target, epoch, target == (long)plan.StepsPerEpoch * epoch);
    }

    /// <summary>The milestone after another one, when the work at that one is done.</summary>
    public Milestone After(Milestone reached) => Next(reached.EndsEpoch ? reached.Epoch : reached.Epoch - 1, reached.Step);

    /// <summary>A committed step as a milestone.</summary>
    /// <param name="step">Number of committed steps since the start of the run; at least 1.</param>
    public Milestone At(long step)
    {
        var (epochs, stepInEpoch) = Math.DivRem(step, plan.StepsPerEpoch);
        return stepInEpoch == 0 ? new Milestone(step, (int)epochs, true) : new Milestone(step, (int)epochs + 1, false);
    }
}

/// <summary>A step at which a run writes a checkpoint.</summary>
/// <param name="Step">Number of committed steps since the start of the run.</param>
/// <param name="Epoch">The epoch of the step, counted from 1.</param>
/// <param name="EndsEpoch">
/// Whether the epoch ends at this step, so that the run evaluates before the checkpoint.
/// </param>
public readonly record struct Milestone(long Step, int Epoch, bool EndsEpoch);
