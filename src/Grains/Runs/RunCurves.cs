using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// The curves of a run: some thousand points at most, each about the steps since the point before.
/// They are part of the record, so a viewer who comes late sees them from the start of the run. A
/// run that falls back to an earlier step draws the steps after it again.
/// </summary>
[GenerateSerializer, Alias("mnist.RunCurves")]
public sealed class RunCurves
{
    /// <summary>About as many points as a wide screen has columns.</summary>
    private const int MostPoints = 1000;

    /// <summary>The points, in step order.</summary>
    [Id(0)] public List<RunPoint> Points { get; set; } = [];

    /// <summary>The progress that was seen last, from the start of the run.</summary>
    [Id(1)] public Seen Last { get; set; }

    /// <summary>The totals of the steps that no point is about yet.</summary>
    [Id(2)] public Open Pending { get; set; }

    /// <summary>Adds what has happened since the last call.</summary>
    /// <param name="plan">The plan of the run.</param>
    /// <param name="step">Number of committed steps since the start of the run.</param>
    /// <param name="totals">Totals of the epoch that the last of these steps belongs to.</param>
    /// <param name="epochSeconds">Seconds that the steps of this epoch have taken.</param>
    /// <param name="now">The time (UTC).</param>
    public void Add(TrainingPlan plan, long step, EpochTotals totals, double epochSeconds, DateTime now)
    {
        if (step < Last.Step)
        {
            Points.RemoveAll(point => point.Step > step);
            (Last, Pending) = (new Seen(step, totals, epochSeconds), default);
            return;
        }

        // A driver that has missed steps may also have missed the end of an epoch. Then the point
        // is about the steps of this epoch only.
        var isSameEpoch = totals.Steps >= Last.Totals.Steps && step - totals.Steps == Last.Step - Last.Totals.Steps;
        var before = isSameEpoch ? Last : default;
        Pending = new Open(
            Pending.Steps + totals.Steps - before.Totals.Steps,
            Pending.LossSum + totals.LossSum - before.Totals.LossSum,
            Pending.MetricSum + totals.MetricSum - before.Totals.MetricSum,
            Pending.MetricWeight + totals.MetricWeight - before.Totals.MetricWeight,
            Pending.Samples + totals.Samples - before.Totals.Samples,
            Pending.Seconds + Math.Max(0, epochSeconds - before.EpochSeconds));
        Last = new Seen(step, totals, epochSeconds);
        if (Pending.Steps > 0 && (Pending.Steps >= (plan.TotalSteps + MostPoints - 1) / MostPoints || step == plan.TotalSteps))
        {
            Close(now);
        }
    }

    /// <summary>Makes a point of the steps that no point is about yet.</summary>
    /// <param name="now">The time (UTC).</param>
    public void Close(DateTime now)
    {
        if (Pending is { Steps: > 0 } open)
        {
            Points.Add(new RunPoint(
                Last.Step,
                open.Steps,
                (float)(open.LossSum / open.Steps),
                open.MetricWeight == 0 ? 0 : (float)(open.MetricSum / open.MetricWeight),
                open.Seconds > 0 ? (float)(open.Samples / open.Seconds) : 0,
                now));
            Pending = default;
        }
    }

    /// <summary>A progress that was seen.</summary>
    /// <param name="Step">Number of committed steps since the start of the run.</param>
    /// <param name="Totals">Totals of the epoch of the last of these steps.</param>
    /// <param name="EpochSeconds">Seconds that the steps of this epoch had taken.</param>
    [GenerateSerializer, Immutable, Alias("mnist.RunCurves.Seen")]
    public readonly record struct Seen([property: Id(0)] long Step, [property: Id(1)] EpochTotals Totals, [property: Id(2)] double EpochSeconds);

    /// <summary>Totals of some steps.</summary>
    /// <param name="Steps">Number of steps.</param>
    /// <param name="LossSum">Sum over the steps of the mean loss per sample.</param>
    /// <param name="MetricSum">Sum of the metric over the samples.</param>
    /// <param name="MetricWeight">Sum of the metric's weights over the samples.</param>
    /// <param name="Samples">Number of samples.</param>
    /// <param name="Seconds">Seconds that the steps have taken.</param>
    [GenerateSerializer, Immutable, Alias("mnist.RunCurves.Open")]
    public readonly record struct Open(
        [property: Id(0)] int Steps,
        [property: Id(1)] double LossSum,
        [property: Id(2)] double MetricSum,
        [property: Id(3)] double MetricWeight,
        [property: Id(4)] long Samples,
        [property: Id(5)] double Seconds);
}
