using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Sweeps;

namespace Mnist.Distributed.Grains.Sweeps;

/// <summary>
/// Decides which trials of a sweep train, up to which epoch, and which are dropped. The decisions
/// depend on metrics only, so a sweep ends with the same trials on every cluster. With halving, it
/// is successive halving: K. Jamieson and A. Talwalkar, "Non-stochastic Best Arm Identification and
/// Hyperparameter Optimization", AISTATS 2016.
/// </summary>
/// <param name="plan">The sweep.</param>
public sealed class HalvingSchedule(SweepPlan plan)
{
    private readonly Metric _metric = plan.Trials[0].Plan.Metric;

    /// <summary>
    /// The epochs after which the weak trials are dropped, in ascending order; none without
    /// halving. The first rung leaves enough epochs to drop all but a few trials one rung after the
    /// other.
    /// </summary>
    public IReadOnlyList<int> Rungs { get; } = plan.Halving == 0 ? [] : RungsOf(plan.Trials.Count, plan.Trials[0].Plan.Epochs, plan.Halving);

    /// <summary>
    /// The epoch after which a trial stops for a decision; 0 if it trains to its end.
    /// </summary>
    public int PauseAfter(TrialState trial) => Rungs.FirstOrDefault(rung => rung > trial.Epochs.Count);

    /// <summary>
    /// The trials after a decision, when all that are not over have reached the same rung. The best
    /// ones go on, the others are dropped. Null if it is not yet time to decide.
    /// </summary>
    public IReadOnlyList<TrialState>? Decide(IReadOnlyList<TrialState> trials)
    {
        if (trials.Any(trial => !trial.IsOver && trial.Status != TrialStatus.AtRung) || trials.All(trial => trial.IsOver))
        {
            return null;
        }

        var rung = trials.First(trial => trial.Status == TrialStatus.AtRung).Epochs.Count;
        var before = Rungs.LastOrDefault(earlier => earlier < rung);

        // A trial that has stopped early in this rung, or has failed in it, competes too.
        var contenders = trials.Where(trial => trial.Status == TrialStatus.AtRung || (trial.Status is TrialStatus.Completed or TrialStatus.Failed && trial.Epochs.Count >= before)).ToArray();
        var places = (contenders.Length + plan.Halving - 1) / plan.Halving;
        var best = Ranked(contenders.Where(trial => trial.Status != TrialStatus.Failed)).Take(places).Select(trial => trial.Number).ToHashSet();
        return
        [
            .. trials.Select(trial => trial.Status != TrialStatus.AtRung ? trial
                : trial with { Status = best.Contains(trial.Number) ? TrialStatus.Waiting : TrialStatus.Dropped }),
        ];
    }

    /// <summary>
    /// The trials from the best to the worst by the test metric of their last epochs. Of equal
    /// ones, the one with the lower number comes first.
    /// </summary>
    private IOrderedEnumerable<TrialState> Ranked(IEnumerable<TrialState> trials) =>
        trials.Where(trial => trial.Epochs.Count > 0).OrderBy(Badness).ThenBy(trial => trial.Number);

    private double Badness(TrialState trial) => trial.Epochs[^1].TestMetric switch
    {
        double.NaN => double.PositiveInfinity,
        var value => _metric.HigherIsBetter ? -value : value,
    };

    private static IReadOnlyList<int> RungsOf(int trials, int epochs, int halving)
    {
        var rungs = new List<int>();
        double rung = epochs;
        for (var left = trials; left > 1; left = (left + halving - 1) / halving)
        {
            rung /= halving;
            if (rung < 1)
            {
                break;
            }

            rungs.Add((int)Math.Ceiling(rung));
        }

        rungs.Reverse();
        return [.. rungs.Distinct().Where(reached => reached < epochs)];
    }
}
