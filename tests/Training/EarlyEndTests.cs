using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Evaluation;
using Xunit;

namespace Mnist.Distributed.Tests.Training;

/// <summary>The plain trainer ends a run where the plan's options say.</summary>
public sealed class EarlyEndTests(SmallMnist data)
{
    private readonly TrainingPlan _plan = new() { Model = "mlp-logits", Samples = 300, Workers = 1, LearningRate = 0.3f, Epochs = 12 };

    [Fact]
    public void Training_ends_with_the_epoch_that_the_metrics_demand()
    {
        var metrics = AllMetrics();
        TrainingPlan[] plans = [_plan, .. Enumerable.Range(1, 11).Select(patience => _plan with { Patience = patience }), .. metrics.Select(metric => _plan with { Target = metric })];

        Assert.All(plans, plan => Assert.Equal((long)plan.StepsPerEpoch * EarlyStopping.After(plan, metrics).LastEpoch!.Value, StepAfterTraining(plan)));
        Assert.True(plans.Select(StepAfterTraining).Distinct().Count() > 3, "The metrics do not tell the plans apart.");
    }

    [Fact]
    public void A_trainer_that_begins_later_is_told_the_metrics_before()
    {
        var metrics = AllMetrics();
        var plan = _plan with { Patience = 2 };
        var expected = StepAfterTraining(plan);
        using var first = new PlainTrainer(plan, data.Load());
        while (first.State.Step < plan.StepsPerEpoch)
        {
            first.TrainStep();
        }

        using var second = new PlainTrainer(plan, data.Load(), first.State.Snapshot());
        second.Train(metrics[..1]);
        Assert.Equal(expected, second.State.Step);
    }

    private double[] AllMetrics()
    {
        using var trainer = new PlainTrainer(_plan, data.Load());
        var metrics = new List<double>();
        while (trainer.State.Step < _plan.TotalSteps)
        {
            trainer.TrainStep();
            if (trainer.State.Step % _plan.StepsPerEpoch == 0)
            {
                metrics.Add(new TestTotals(trainer.Evaluate()).Metric);
            }
        }

        return [.. metrics];
    }

    private long StepAfterTraining(TrainingPlan plan)
    {
        using var trainer = new PlainTrainer(plan, data.Load());
        trainer.Train();
        return trainer.State.Step;
    }
}
