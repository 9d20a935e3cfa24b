using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Schedules;

/// <summary>
/// The learning rate of each step of a plan: the plan's schedule, with a linear warm-up before it.
/// The warm-up is PyTorch's <c>LinearLR</c> from 1 / (N + 1) over N steps. Schedules that span the
/// run begin when the warm-up has ended; schedules that count epochs count them from the start of
/// the run.
/// </summary>
/// <param name="plan">The plan, with rate, warm-up and number of steps.</param>
/// <param name="schedule">The plan's schedule.</param>
public sealed class LearningRate(TrainingPlan plan, ISchedule schedule)
{
    private readonly double _rate = plan.LearningRate;
    private readonly long _steps = plan.TotalSteps;
    private readonly int _stepsPerEpoch = plan.StepsPerEpoch;
    private readonly long _warmup = plan.WarmupSteps;

    /// <summary>The rate of a step.</summary>
    /// <param name="step">The step, counted from the start of the run.</param>
    public float At(long step)
    {
        var steps = Math.Max(0, _steps - _warmup);
        var (epoch, rest) = Math.DivRem(step, _stepsPerEpoch);
        var point = new SchedulePoint(Math.Clamp(step - _warmup, 0, steps), steps, epoch, (double)rest / _stepsPerEpoch);
        var rate = schedule.RateAt(_rate, point);
        return (float)(step < _warmup ? rate * (step + 1) / (_warmup + 1) : rate);
    }
}
