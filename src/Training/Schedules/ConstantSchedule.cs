namespace Mnist.Distributed.Training.Schedules;

/// <summary>The rate of the plan at every step.</summary>
public sealed class ConstantSchedule : ISchedule
{
    /// <summary>The entry of the catalogue.</summary>
    public static readonly ScheduleDefinition Definition = new("constant", "--lr at every step", [], _ => new ConstantSchedule());

    /// <inheritdoc />
    public double RateAt(double rate, SchedulePoint point) => rate;
}
