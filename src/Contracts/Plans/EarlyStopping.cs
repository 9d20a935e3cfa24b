using System.Globalization;

namespace Mnist.Distributed.Contracts.Plans;

/// <summary>
/// Decides after which epoch a run is over. The decision depends on the plan and on the test
/// metrics only, so the run grain, a parameter server that nobody drives, the plain trainer and
/// <c>mnist verify</c> come to the same one.
/// </summary>
public static class EarlyStopping
{
    /// <summary>Whether a run of the plan may end before its last epoch.</summary>
    public static bool IsIn(TrainingPlan plan) => plan.Patience > 0 || plan.Target is not null;

    /// <summary>The decision after some epochs.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="testMetrics">
    /// The test metrics of all epochs so far, in their order. Epochs after the end that the plan
    /// demands do not change the decision.
    /// </param>
    public static StopDecision After(TrainingPlan plan, IReadOnlyList<double> testMetrics)
    {
        var metric = plan.Metric;
        var best = 1;
        for (var epoch = 1; epoch <= testMetrics.Count && epoch < plan.Epochs; epoch++)
        {
            var value = testMetrics[epoch - 1];
            best = metric.IsBetter(value, testMetrics[best - 1]) ? epoch : best;
            if (plan.Target is { } target && (metric.HigherIsBetter ? value >= target : value <= target))
            {
                return Early(epoch, $"{metric.Name} {metric.Format(value)} reaches the target of {metric.Format(target)}");
            }

            if (plan.Patience > 0 && epoch - best >= plan.Patience)
            {
                var epochs = plan.Patience == 1 ? "1 epoch" : $"{plan.Patience} epochs";
                return Early(epoch, $"no better {metric.Name} for {epochs}; best {metric.Format(testMetrics[best - 1])} in epoch {best}");
            }
        }

        return testMetrics.Count >= plan.Epochs ? new StopDecision(plan.Epochs, null) : default;
    }

    private static StopDecision Early(int epoch, string reason) =>
        new(epoch, string.Create(CultureInfo.InvariantCulture, $"stopped early after epoch {epoch}: {reason}"));
}

/// <summary>Whether a run is over, and why.</summary>
/// <param name="LastEpoch">
/// The 1-based epoch after which the run is over; null while it goes on.
/// </param>
/// <param name="Reason">
/// Why the run stops early; null when it goes on, and after the last epoch of the plan.
/// </param>
public readonly record struct StopDecision(int? LastEpoch, string? Reason)
{
    /// <summary>Whether the run is over.</summary>
    public bool IsOver => LastEpoch is not null;
}
