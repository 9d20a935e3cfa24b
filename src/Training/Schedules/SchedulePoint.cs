namespace Mnist.Distributed.Training.Schedules;

/// <summary>The place of a step in a run.</summary>
/// <param name="Step">Steps since the end of the warm-up; 0 during the warm-up.</param>
/// <param name="Steps">Steps from the end of the warm-up to the end of the run.</param>
/// <param name="Epoch">Whole epochs since the start of the run.</param>
/// <param name="EpochPart">The part of the next epoch that is over, from 0 to below 1.</param>
public readonly record struct SchedulePoint(long Step, long Steps, long Epoch, double EpochPart)
{
    /// <summary>
    /// The share of the steps after the warm-up that are over: from 0 at the first one to 1 after
    /// the last one.
    /// </summary>
    public double Progress => Steps == 0 ? 0 : (double)Step / Steps;
}
