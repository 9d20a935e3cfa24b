using CsCheck;

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Runs;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.Runs;

public sealed class RunCurvesProperties
{
    private const int StepsPerEpoch = 10;
    private const int Samples = 3;

    private static readonly DateTime Now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>
    /// A number of epochs, and steps at which the driver looks. It always looks at the end of an
    /// epoch.
    /// </summary>
    private static readonly Gen<(int Epochs, long[] Looks)> Driven =
        from epochs in Gen.Int[1, 400]
        from looks in Gen.Int[1, epochs * StepsPerEpoch].Array[0, 200]
        select (epochs, looks.Select(step => (long)step).Concat(Enumerable.Range(1, epochs).Select(epoch => (long)epoch * StepsPerEpoch)).Distinct().Order().ToArray());

    [Fact]
    public void Points_are_about_every_step_once() => Driven.Sample(run =>
    {
        var curves = Drive(run.Epochs, run.Looks);
        var end = 0L;
        foreach (var point in curves.Points)
        {
            Assert.Equal(end, point.Step - point.Steps);
            end = point.Step;
        }

        Assert.Equal(run.Epochs * StepsPerEpoch, end);
    });

    [Fact]
    public void A_point_has_the_means_of_its_steps() => Driven.Sample(run =>
    {
        foreach (var point in Drive(run.Epochs, run.Looks).Points)
        {
            var steps = Enumerable.Range((int)point.Step - point.Steps, point.Steps).ToArray();
            Assert.Equal(steps.Average(LossAt), point.Loss, 0.01);
            Assert.Equal(steps.Average(step => step % 2 == 0 ? 1.0 : 0.0), point.MetricValue, 0.001);
            Assert.Equal(Samples / 0.5, point.ImagesPerSecond, 0.01);
        }
    });

    [Fact]
    public void However_long_a_run_is_it_has_about_a_thousand_points() => Driven.Sample(run => Assert.InRange(Drive(run.Epochs, run.Looks).Points.Count, 1, 1001));

    /// <summary>A watcher who looks at any moment, and at last, has all points.</summary>
    [Fact]
    public void A_watcher_gets_every_point_once() => Gen.Select(Driven, Gen.Bool.Array[600]).Sample((run, isLooking) =>
    {
        var record = new RunRecord { Status = RunStatus.Running, Plan = PlanOf(run.Epochs) };
        var seen = new List<RunPoint>();
        RunCursor cursor = default;
        foreach (var (at, step) in run.Looks.Index())
        {
            Look(record.Curves, record.Plan, step);
            if (isLooking[at] || at == run.Looks.Length - 1)
            {
                var batch = RunWatch.EventsAfter(record, null, cursor, "activation");
                seen.AddRange(batch.Events.OfType<RunEvent.Charted>().SelectMany(charted => charted.Points));
                cursor = batch.Next;
            }
        }

        Assert.Equal(record.Curves.Points, seen);
    });

    /// <summary>Every silo may be lost, and the run goes on from its last checkpoint.</summary>
    [Fact]
    public void Steps_after_a_fall_back_are_drawn_again() => Gen.Select(Gen.Int[1, 99], Gen.Int[0, 98]).Where((reached, back) => back < reached).Sample((reached, back) =>
    {
        var plan = PlanOf(10);
        var curves = new RunCurves();
        foreach (var step in Enumerable.Range(1, reached).Append(back + 1).Concat(Enumerable.Range(back + 2, plan.TotalSteps - back - 1 > 0 ? (int)plan.TotalSteps - back - 1 : 0)))
        {
            Look(curves, plan, step);
        }

        Assert.Equal(curves.Points.Select(point => point.Step).Distinct().Order(), curves.Points.Select(point => point.Step));
        Assert.All(curves.Points, point => Assert.Equal(LossAt((int)point.Step - 1), point.Loss, 0.01));
    });

    private static RunCurves Drive(int epochs, long[] looks)
    {
        var curves = new RunCurves();
        foreach (var step in looks)
        {
            Look(curves, PlanOf(epochs), step);
        }

        return curves;
    }

    private static void Look(RunCurves curves, TrainingPlan plan, long step)
    {
        var totals = Enumerable.Range(0, (int)((step - 1) % StepsPerEpoch) + 1)
            .Select(at => (int)((step - 1) / StepsPerEpoch * StepsPerEpoch) + at)
            .Aggregate(default(EpochTotals), (sum, at) => sum.After(at, StepsPerEpoch, new StepTotals(LossAt(at) * Samples, at % 2 == 0 ? Samples : 0, Samples, Samples)));
        curves.Add(plan, step, totals, totals.Steps * 0.5, Now);
    }

    private static double LossAt(int step) => 100 - (step * 0.01);

    private static TrainingPlan PlanOf(int epochs) => new() { Samples = StepsPerEpoch * 10, BatchSize = 10, Epochs = epochs };
}
