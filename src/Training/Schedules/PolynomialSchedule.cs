using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Arithmetic;

namespace Mnist.Distributed.Training.Schedules;

/// <summary>
/// Lowers the rate to 0 over the whole run, by a power of the share of the steps that are left, as
/// PyTorch's <c>PolynomialLR</c> with <c>total_iters</c> steps.
/// </summary>
/// <param name="power">The power, above 0; 1 is a straight line.</param>
public sealed class PolynomialSchedule(double power) : ISchedule
{
    private static readonly Setting<double> Power = new(
        "power", "Power of the share of the steps that are left.", 1, "above 0 and at most 100", value => value is > 0 and <= 100);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly ScheduleDefinition Definition = new(
        "polynomial", "falls to 0, by the --power of the steps left", [Power], plan => new PolynomialSchedule(Power.Of(plan.ScheduleSettings)));

    /// <inheritdoc />
    public double RateAt(double rate, SchedulePoint point) => rate * PortableMath.Power(1 - point.Progress, power);
}
