using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Grains.Epochs;

/// <summary>
/// The order of a run's work: train to the next milestone, evaluate there if it ends an epoch, make
/// the state durable, go on. The run and a parameter server that nobody drives both follow it.
/// </summary>
/// <param name="plan">What the run trains.</param>
/// <param name="options">How often it makes its state durable.</param>
public sealed class EpochPolicy(TrainingPlan plan, RunOptions options)
{
    /// <summary>The milestone that a run trains to, given what its record holds.</summary>
    /// <param name="epochs">Epochs that are trained and evaluated.</param>
    /// <param name="step">The step of the newest checkpoint.</param>
    /// <returns>A milestone; the end of the run when all epochs are done.</returns>
    public Milestone Next(int epochs, long step)
    {
        var target = CheckpointSchedule.After(plan, options, epochs, step);
        var epoch = Math.Min(epochs + 1, plan.Epochs);
        return new Milestone(target, epoch, target == (long)plan.StepsPerEpoch * epoch);
    }

    /// <summary>The milestone after another one, whose work is done.</summary>
    public Milestone After(Milestone reached) => Next(reached.EndsEpoch ? reached.Epoch : reached.Epoch - 1, reached.Step);

    /// <summary>A committed step as a milestone.</summary>
    /// <param name="step">Committed steps of the run; at least one.</param>
    public Milestone At(long step)
    {
        var (epochs, stepInEpoch) = Math.DivRem(step, plan.StepsPerEpoch);
        return stepInEpoch == 0 ? new Milestone(step, (int)epochs, true) : new Milestone(step, (int)epochs + 1, false);
    }
}

/// <summary>A step at which a run makes its state durable.</summary>
/// <param name="Step">Committed steps of the run.</param>
/// <param name="Epoch">The epoch that the step belongs to, counted from 1.</param>
/// <param name="EndsEpoch">Whether the epoch ends here, so that the run evaluates first.</param>
public readonly record struct Milestone(long Step, int Epoch, bool EndsEpoch);
