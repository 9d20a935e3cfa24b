using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Arithmetic;

namespace Mnist.Distributed.Training.Schedules;

/// <summary>
/// Multiplies the rate by a factor at given epochs, as PyTorch's <c>MultiStepLR</c> does when it
/// counts epochs.
/// </summary>
/// <param name="milestones">Epochs after which the rate falls, in rising order.</param>
/// <param name="gamma">The factor of a fall.</param>
public sealed class MultiStepSchedule(IReadOnlyList<int> milestones, double gamma) : ISchedule
{
    private static readonly Setting<EpochList> Milestones = new(
        "milestones", "Epochs after which the rate falls, such as 3,6.", new EpochList([]), "epochs in rising order, such as 3,6", _ => true)
    { IsNeeded = true };

    /// <summary>The entry of the catalogue.</summary>
    public static readonly ScheduleDefinition Definition = new(
        "multi-step", "times --gamma after each of the --milestones", [Milestones, ScheduleSettings.Gamma], Create);

    /// <inheritdoc />
    public double RateAt(double rate, SchedulePoint point)
    {
        var passed = 0;
        while (passed < milestones.Count && milestones[passed] <= point.Epoch)
        {
            passed++;
        }

        return rate * PortableMath.Power(gamma, passed);
    }

    private static MultiStepSchedule Create(TrainingPlan plan)
    {
        var milestones = Milestones.Of(plan.ScheduleSettings).Epochs;
        InvalidInputException.Require(
            milestones[^1] < plan.Epochs,
            $"milestones has {milestones[^1]}, which has no effect in {plan.Epochs} epochs: leave it out or raise Epochs.",
            Milestones.Name,
            nameof(plan.Epochs));
        return new MultiStepSchedule(milestones, ScheduleSettings.Gamma.Of(plan.ScheduleSettings));
    }
}
