using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Schedules;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Schedules;

/// <summary>What holds of every schedule, and of some. PyTorchUpdateTests compares the numbers.</summary>
public sealed class ScheduleProperties
{
    private const float Peak = 0.1f;

    /// <summary>Schedules of 2 to 9 epochs of 1 to 40 steps, with any warm-up that is shorter.</summary>
    private static readonly Gen<TrainingPlan> Plans =
        from kind in Gen.Int[0, Kinds.Length - 1]
        from epochs in Gen.Int[2, 9]
        from perEpoch in Gen.Int[1, 40]
        from warmup in Gen.Int[0, (epochs * perEpoch) - 1]
        from factor in Gen.Double[0.01, 0.999]
        select new TrainingPlan
        {
            Epochs = epochs,
            Samples = perEpoch * 30,
            WarmupSteps = warmup,
            LearningRate = Peak,
            Schedule = Kinds[kind],
            ScheduleSettings = Settings.Empty
                .With("gamma", factor.ToString("R", System.Globalization.CultureInfo.InvariantCulture))
                .With("step-size", "1")
                .With("milestones", "1"),
        };

    private static string[] Kinds => [.. TrainingCatalogue.Standard.Schedules.Select(schedule => schedule.Name)];

    [Fact]
    public void A_rate_is_finite_and_between_zero_and_that_of_the_plan() => Plans.Sample(plan =>
        Assert.All(Rates(plan), rate => Assert.InRange(rate, 0, Peak)));

    /// <summary>Only the last step of a polynomial or a cosine to 0 comes near to 0.</summary>
    [Fact]
    public void No_step_has_a_rate_of_zero() => Plans.Sample(plan => Assert.All(Rates(plan), rate => Assert.True(rate > 0)));

    [Fact]
    public void The_longest_warm_up_is_a_line_as_well()
    {
        var plan = new TrainingPlan { Epochs = 100_000, Samples = 60_000, BatchSize = 1, Workers = 1, WarmupSteps = int.MaxValue, LearningRate = Peak };
        var rate = new LearningRate(plan, TrainingCatalogue.Standard.Schedules.Single(schedule => schedule.Name == "constant").Create(plan));

        Assert.Equal(Peak / 2, rate.At(int.MaxValue / 2), 1e-7);
        Assert.Equal(Peak, rate.At(int.MaxValue - 1), 1e-7);
    }

    /// <summary>
    /// The warm-up is the line from 0, one step before the run, to the rate at its end. Where the
    /// schedule falls meanwhile, the line is lower by the same factor.
    /// </summary>
    [Fact]
    public void The_warm_up_is_a_line_that_ends_where_the_schedule_begins() => Plans.Sample(plan =>
    {
        var rates = Rates(plan);
        var cold = Rates(plan with { Schedule = "constant" });
        for (var step = 0; step < plan.WarmupSteps; step++)
        {
            Assert.Equal(Peak * (step + 1.0) / (plan.WarmupSteps + 1), cold[step], 1e-7);
            Assert.InRange(rates[step], 0, cold[step] * 1.000001);
        }

        Assert.Equal(Peak, cold[plan.WarmupSteps]);
    });

    [Fact]
    public void Schedules_that_span_the_run_begin_when_the_warm_up_has_ended() => Plans
        .Where(plan => plan.Schedule is "cosine" or "polynomial" or "one-cycle")
        .Sample(plan =>
        {
            var rates = Rates(plan);
            var steps = (int)plan.TotalSteps - plan.WarmupSteps;
            var alone = Rates(plan with { WarmupSteps = 0, Epochs = 1, Samples = steps * 30 });

            Assert.Equal(alone, rates[plan.WarmupSteps..]);
        });

    [Fact]
    public void All_but_one_cycle_never_rise_after_the_warm_up() => Plans.Where(plan => plan.Schedule != "one-cycle").Sample(plan =>
    {
        var rates = Rates(plan)[plan.WarmupSteps..];
        Assert.All(rates.Zip(rates.Skip(1)), pair => Assert.True(pair.First >= pair.Second));
    });

    [Fact]
    public void One_cycle_rises_to_the_peak_and_falls() => Gen.Int[20, 400].Sample(steps =>
    {
        var rates = Rates(new TrainingPlan { Schedule = "one-cycle", Epochs = 1, Samples = steps * 30, LearningRate = Peak });
        var peak = Array.IndexOf(rates, rates.Max());

        Assert.InRange(peak, (0.3 * steps) - 2, 0.3 * steps);
        Assert.Equal(Peak / 25, rates[0], 1e-6);
        Assert.Equal(Peak / 25 / 10_000, rates[^1], 1e-9);
        Assert.All(rates[..peak].Zip(rates[1..(peak + 1)]), pair => Assert.True(pair.First < pair.Second));
        Assert.All(rates[peak..^1].Zip(rates[(peak + 1)..]), pair => Assert.True(pair.First > pair.Second));
    });

    [Fact]
    public void Exponential_falls_by_its_factor_in_every_epoch() => Plans.Sample(any =>
    {
        var plan = any with { Schedule = "exponential", WarmupSteps = 0 };
        var (rates, factor) = (Rates(plan), double.Parse(plan.ScheduleSettings.Find("gamma")!, System.Globalization.CultureInfo.InvariantCulture));
        for (var step = plan.StepsPerEpoch; step < rates.Length; step++)
        {
            Assert.Equal(rates[step - plan.StepsPerEpoch] * factor, rates[step], 1e-6 * rates[step]);
        }
    });

    /// <summary>The command that measures a step goes on after the end of the plan.</summary>
    [Fact]
    public void A_step_after_the_end_has_a_rate_too() => Plans.Sample(plan =>
        Assert.InRange(Rate(plan).At(plan.TotalSteps + 1_000_000), 0, Peak));

    [Theory]
    [InlineData("3,6", true)]
    [InlineData("1", true)]
    [InlineData("3, 6", true)]
    [InlineData("", false)]
    [InlineData("3,", false)]
    [InlineData("6,3", false)]
    [InlineData("3,3", false)]
    [InlineData("0,3", false)]
    [InlineData("-1", false)]
    [InlineData("1.5", false)]
    [InlineData("3;6", false)]
    [InlineData("99999999999", false)]
    public void Milestones_are_epochs_in_rising_order(string text, bool isList)
    {
        Assert.Equal(isList, EpochList.TryParse(text, null, out var list));
        Assert.Equal(isList ? text.Replace(" ", "", StringComparison.Ordinal) : null, list?.ToString());
    }

    [Theory]
    [InlineData("step")]
    [InlineData("multi-step")]
    [InlineData("exponential")]
    public void A_schedule_without_a_needed_setting_is_refused(string schedule)
    {
        var plan = new TrainingPlan { Schedule = schedule };

        Assert.Throws<InvalidInputException>(() => TrainingCatalogue.Standard.Complete(plan));
        Assert.Throws<InvalidInputException>(() => TrainingCatalogue.Standard.Rule(plan));
    }

    private static LearningRate Rate(TrainingPlan plan) => TrainingCatalogue.Standard.Rule(plan).Rate;

    private static float[] Rates(TrainingPlan plan)
    {
        var rate = Rate(plan);
        return [.. Enumerable.Range(0, (int)plan.TotalSteps).Select(step => rate.At(step))];
    }
}
