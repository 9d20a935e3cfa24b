using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Arithmetic;

namespace Mnist.Distributed.Training.Schedules;

/// <summary>
/// Multiplies the rate by a factor every few epochs, as PyTorch's <c>StepLR</c> does when it counts
/// epochs.
/// </summary>
/// <param name="epochs">Epochs between two falls, at least 1.</param>
/// <param name="gamma">The factor of a fall.</param>
public sealed class StepSchedule(int epochs, double gamma) : ISchedule
{
    private static readonly Setting<int> StepSize = new(
        "step-size", "Epochs after which the rate falls, again and again.", 0, "1 or more", value => value >= 1)
    { IsNeeded = true };

    /// <summary>The entry of the catalogue.</summary>
    public static readonly ScheduleDefinition Definition = new(
        "step", "times --gamma every --step-size epochs", [StepSize, ScheduleSettings.Gamma], Create);

    /// <inheritdoc />
    public double RateAt(double rate, SchedulePoint point) => rate * PortableMath.Power(gamma, point.Epoch / epochs);

    private static StepSchedule Create(TrainingPlan plan)
    {
        var epochs = StepSize.Of(plan.ScheduleSettings);
        InvalidInputException.Require(
            epochs < plan.Epochs,
            $"step-size {epochs} has no effect in {plan.Epochs} epochs: lower step-size or raise Epochs.",
            StepSize.Name,
            nameof(plan.Epochs));
        return new StepSchedule(epochs, ScheduleSettings.Gamma.Of(plan.ScheduleSettings));
    }
}
