using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Grains.Sweeps;
using Mnist.Distributed.Reports.Sweeps;

namespace Mnist.Distributed.Coordinator.Sweeps;

/// <summary>How far a sweep has got.</summary>
/// <param name="Over">Number of trials that are over.</param>
/// <param name="Running">Number of trials that train.</param>
/// <param name="Left">Number of trials that wait.</param>
/// <param name="Best">The best trial so far; null without one.</param>
/// <param name="SecondsLeft">Expected seconds to the end; null if they cannot be told yet.</param>
internal sealed record SweepProgress(int Over, int Running, int Left, TrialResult? Best, double? SecondsLeft)
{
    /// <summary>The progress of a sweep.</summary>
    /// <param name="sweep">What it has brought so far.</param>
    /// <param name="total">The epochs that all its trials train.</param>
    /// <param name="before">The epochs that were done when somebody began to look.</param>
    /// <param name="seconds">The seconds since then.</param>
    public static SweepProgress Of(SweepResults sweep, int total, int before, double seconds)
    {
        var done = EpochsOf(sweep);
        var over = sweep.Trials.Count(trial => trial.Status is TrialStatus.Completed or TrialStatus.Dropped or TrialStatus.Failed);
        var running = sweep.Trials.Count(trial => trial.Status == TrialStatus.Running);
        return new SweepProgress(
            over, running, sweep.Trials.Count - over - running, sweep.Best(), done > before ? Math.Max(0, total - done) * seconds / (done - before) : null);
    }

    /// <summary>The epochs that the trials have done.</summary>
    public static int EpochsOf(SweepResults sweep) => sweep.Trials.Sum(trial => trial.Epochs.Count);

    /// <summary>The epochs that the trials of a sweep train, if none stops early.</summary>
    public static int TotalOf(SweepPlan plan)
    {
        if (plan.Halving == 0)
        {
            return plan.Trials.Sum(trial => trial.Plan.Epochs);
        }

        var (total, trials, from) = (0, plan.Trials.Count, 0);
        foreach (var rung in new HalvingSchedule(plan).Rungs)
        {
            total += trials * (rung - from);
            (trials, from) = ((trials + plan.Halving - 1) / plan.Halving, rung);
        }

        return total + (trials * (plan.Trials[0].Plan.Epochs - from));
    }
}
