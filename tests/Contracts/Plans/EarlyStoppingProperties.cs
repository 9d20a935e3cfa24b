using CsCheck;
using Mnist.Distributed.Contracts.Plans;
using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Plans;

public sealed class EarlyStoppingProperties
{
    private static readonly Metric LabelError = new("label error", HigherIsBetter: false, IsShare: false);

    /// <summary>Few different values, so that there are equal ones.</summary>
    private static readonly Gen<double> Value = Gen.Frequency((20, Gen.Int[0, 6].Select(sixth => sixth / 6.0)), (1, Gen.Const(double.NaN)));

    private static readonly Gen<(TrainingPlan Plan, double[] Metrics)> Runs =
        from epochs in Gen.Int[1, 9]
        from patience in Gen.Int[0, 4]
        from target in Gen.Int[-5, 6].Select(sixth => sixth > 0 ? sixth / 6.0 : (double?)null)
        from higher in Gen.Bool
        from metrics in Value.Array[0, epochs]
        select (new TrainingPlan { Epochs = epochs, Patience = patience, Target = target, Metric = higher ? Metric.Accuracy : LabelError }, metrics);

    [Fact]
    public void A_run_ends_after_the_epoch_that_the_options_say() => Runs.Sample(run =>
    {
        var (plan, metrics) = run;
        int? expected = Enumerable.Range(1, metrics.Length).Cast<int?>().FirstOrDefault(epoch => IsLast(plan, metrics[..epoch!.Value]));

        Assert.Equal(expected, EarlyStopping.After(plan, metrics).LastEpoch);
    });

    [Fact]
    public void A_decision_stays_whatever_follows() => Runs.Sample(run =>
    {
        var (plan, metrics) = run;
        var decisions = Enumerable.Range(0, metrics.Length + 1).Select(epochs => EarlyStopping.After(plan, metrics[..epochs])).ToArray();

        Assert.All(decisions.SkipWhile(decision => !decision.IsOver), decision => Assert.Equal(decisions[^1], decision));
    });

    [Fact]
    public void Only_a_run_that_ends_before_its_last_epoch_has_a_reason() => Runs.Sample(run =>
    {
        var decision = EarlyStopping.After(run.Plan, run.Metrics);

        Assert.Equal(decision.IsOver && decision.LastEpoch < run.Plan.Epochs, decision.Reason is not null);
        Assert.True(decision.Reason is null || EarlyStopping.IsIn(run.Plan));
    });

    [Fact]
    public void The_best_epoch_is_the_first_of_the_best() => Value.Where(value => !double.IsNaN(value)).Array[1, 9].Sample(metrics =>
    {
        Assert.Equal(Array.IndexOf(metrics, metrics.Max()) + 1, BestEpoch.Of(Metric.Accuracy, metrics));
        Assert.Equal(Array.IndexOf(metrics, metrics.Min()) + 1, BestEpoch.Of(LabelError, metrics));
    });

    [Fact]
    public void A_metric_that_is_no_number_is_never_the_best() => Assert.Equal(
        [0, 1, 2, 2],
        new double[][] { [], [double.NaN], [double.NaN, 0], [double.NaN, 1, double.NaN] }.Select(metrics => BestEpoch.Of(Metric.Accuracy, metrics)));

    [Fact]
    public void A_reason_names_the_best_epoch() => Assert.Equal(
        "stopped early after epoch 7: no better accuracy for 3 epochs; best 97.91 % in epoch 4",
        EarlyStopping.After(new TrainingPlan { Patience = 3 }, [0.9, 0.8, 0.95, 0.9791, 0.9791, 0.5, 0.97]).Reason);

    [Fact]
    public void A_reason_names_the_target() => Assert.Equal(
        "stopped early after epoch 2: label error 0.2500 reaches the target of 0.3000",
        EarlyStopping.After(new TrainingPlan { Target = 0.3, Metric = LabelError }, [0.5, 0.25]).Reason);

    /// <summary>Whether a run ends with the last of these epochs, if it has come that far.</summary>
    private static bool IsLast(TrainingPlan plan, double[] metrics)
    {
        // With the sign changed, higher is better for every metric, and NaN is the worst value.
        double[] scores = [.. metrics.Select(value => double.IsNaN(value) ? double.MinValue : plan.Metric.HigherIsBetter ? value : -value)];
        var old = scores.Length - plan.Patience;
        return metrics.Length == plan.Epochs
            || (plan.Target is { } target && scores[^1] >= (plan.Metric.HigherIsBetter ? target : -target))
            || (plan.Patience > 0 && old > 0 && scores[old..].Max() <= scores[..old].Max());
    }
}
