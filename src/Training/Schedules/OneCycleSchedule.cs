using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Schedules;

/// <summary>
/// Raises the rate to that of the plan and lowers it again, both along half a cosine, as PyTorch's
/// <c>OneCycleLR</c> (L. N. Smith, N. Topin, arXiv:1708.07120). The momentum stays as it is:
/// PyTorch's <c>cycle_momentum=False</c>.
/// </summary>
/// <param name="rising">The share of the steps in which the rate rises, from 0 to 1.</param>
/// <param name="start">The peak is this many times the first rate.</param>
/// <param name="end">The first rate is this many times the last one.</param>
public sealed class OneCycleSchedule(double rising, double start, double end) : ISchedule
{
    private static readonly Setting<double> PctStart = new(
        "pct-start", "Share of the steps in which the rate rises.", 0.3, "from 0 to 1", value => value is >= 0 and <= 1);

    private static readonly Setting<double> DivFactor = Divisor("div-factor", "The first rate is --lr divided by this.", 25);

    private static readonly Setting<double> FinalDivFactor = Divisor("final-div-factor", "The last rate is the first one divided by this.", 10_000);

    /// <summary>The entry of the catalogue.</summary>
    public static readonly ScheduleDefinition Definition = new(
        "one-cycle",
        "rises to --lr and falls again, while momentum stays",
        [PctStart, DivFactor, FinalDivFactor],
        plan => new OneCycleSchedule(PctStart.Of(plan.ScheduleSettings), DivFactor.Of(plan.ScheduleSettings), FinalDivFactor.Of(plan.ScheduleSettings)));

    /// <inheritdoc />
    public double RateAt(double rate, SchedulePoint point)
    {
        var first = rate / start;
        var peak = (rising * point.Steps) - 1;
        return point.Step <= peak
            ? HalfCosine.Between(first, rate, Part(point.Step, 0, peak))
            : HalfCosine.Between(rate, first / end, Part(point.Step, peak, point.Steps - 1));
    }

    /// <summary>The place of a step between two others, from 0 to 1.</summary>
    private static double Part(double step, double from, double to) => to <= from ? 1 : Math.Clamp((step - from) / (to - from), 0, 1);

    private static Setting<double> Divisor(string name, string description, double usual) => new(
        name, description, usual, "a finite number of 1 or more", value => double.IsFinite(value) && value >= 1);
}
