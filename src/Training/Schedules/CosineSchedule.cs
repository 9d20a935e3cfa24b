using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Schedules;

/// <summary>
/// Lowers the rate along half a cosine over the whole run, as PyTorch's <c>CosineAnnealingLR</c>
/// with <c>T_max</c> steps (I. Loshchilov, F. Hutter, arXiv:1608.03983).
/// </summary>
/// <param name="lowest">The rate after the last step, from 0 to the rate of the plan.</param>
public sealed class CosineSchedule(double lowest) : ISchedule
{
    private static readonly Setting<float> MinRate = new(
        "min-lr", "Learning rate after the last step.", 0, "a finite number of 0 or more", value => float.IsFinite(value) && value >= 0);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly ScheduleDefinition Definition = new(
        "cosine", "falls to --min-lr along half a cosine", [MinRate], Create);

    /// <inheritdoc />
    public double RateAt(double rate, SchedulePoint point) => HalfCosine.Between(rate, lowest, point.Progress);

    private static CosineSchedule Create(TrainingPlan plan)
    {
        var lowest = MinRate.Of(plan.ScheduleSettings);
        InvalidInputException.Require(
            lowest < plan.LearningRate,
            $"min-lr {lowest} must be below LearningRate {plan.LearningRate}: lower min-lr or raise LearningRate.",
            MinRate.Name,
            nameof(plan.LearningRate));
        return new CosineSchedule(lowest);
    }
}
