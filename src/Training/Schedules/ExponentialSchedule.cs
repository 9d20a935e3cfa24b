using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Arithmetic;

namespace Mnist.Distributed.Training.Schedules;

/// <summary>
/// Lowers the rate at every step, so that an epoch multiplies it by a factor. At the start of each
/// epoch the rate is that of PyTorch's <c>ExponentialLR</c>.
/// </summary>
/// <param name="gamma">The factor of an epoch.</param>
public sealed class ExponentialSchedule(double gamma) : ISchedule
{
    private static readonly Setting<double> Gamma = ScheduleSettings.Factor(0) with { IsNeeded = true };

    /// <summary>The entry of the catalogue.</summary>
    public static readonly ScheduleDefinition Definition = new(
        "exponential", "falls at every step, by --gamma an epoch", [Gamma], plan => new ExponentialSchedule(Gamma.Of(plan.ScheduleSettings)));

    /// <inheritdoc />
    public double RateAt(double rate, SchedulePoint point) => rate * PortableMath.Power(gamma, point.Epoch) * PortableMath.Power(gamma, point.EpochPart);
}
