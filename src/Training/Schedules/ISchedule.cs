namespace Mnist.Distributed.Training.Schedules;

/// <summary>
/// How the learning rate changes in the course of a run, after the warm-up. A schedule is a pure
/// function in double precision. It calls no function of the C library (see <see
/// cref="Arithmetic.PortableMath"/>), so that every silo computes the same bits.
/// </summary>
public interface ISchedule
{
    /// <summary>The learning rate of a step.</summary>
    /// <param name="rate">The learning rate of the plan, above 0.</param>
    /// <param name="point">The place of the step in the run.</param>
    double RateAt(double rate, SchedulePoint point);
}
