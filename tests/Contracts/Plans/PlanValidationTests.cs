using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;

using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Plans;

public sealed class PlanValidationTests
{
    private static readonly TrainingPlan Plan = new();

    [Fact]
    public void The_default_plan_is_valid() => PlanValidation.Validate(Plan);

    [Fact]
    public void Values_at_the_bounds_are_valid()
    {
        PlanValidation.Validate(Plan with { Workers = 1, BatchSize = 1, Epochs = 1, Samples = 1, LearningRate = float.Epsilon });
        PlanValidation.Validate(Plan with { Workers = 256, BatchSize = 256, Epochs = int.MaxValue, Samples = int.MaxValue });
        PlanValidation.Validate(Plan with { BatchSize = 65_536 });
    }

    [Fact]
    public void Workers_must_be_within_bounds() => Names(
        nameof(TrainingPlan.Workers),
        Plan with { Workers = 0 },
        Plan with { Workers = -1 },
        Plan with { Workers = 1025, BatchSize = 10_000 });

    [Fact]
    public void The_batch_must_be_within_bounds() => Names(
        nameof(TrainingPlan.BatchSize),
        Plan with { BatchSize = 0 },
        Plan with { BatchSize = int.MinValue },
        Plan with { BatchSize = 65_537 },
        Plan with { BatchSize = int.MaxValue });

    [Fact]
    public void Every_worker_must_have_a_share_of_the_batch() => Names(nameof(TrainingPlan.BatchSize), Plan with { BatchSize = 3, Workers = 4 });

    [Fact]
    public void Epochs_must_be_positive() => Names(nameof(TrainingPlan.Epochs), Plan with { Epochs = 0 }, Plan with { Epochs = -1 });

    [Fact]
    public void The_learning_rate_must_be_positive_and_finite() => Names(
        nameof(TrainingPlan.LearningRate),
        Plan with { LearningRate = 0 },
        Plan with { LearningRate = -1 },
        Plan with { LearningRate = float.NaN },
        Plan with { LearningRate = float.PositiveInfinity });

    [Fact]
    public void The_warm_up_must_have_a_number_of_steps() => Names(nameof(TrainingPlan.WarmupSteps), Plan with { WarmupSteps = -1 });

    [Fact]
    public void The_warm_up_must_end_before_the_run()
    {
        PlanValidation.ValidateSteps(Plan with { WarmupSteps = 19_999 });

        var refusal = Assert.Throws<InvalidInputException>(() => PlanValidation.ValidateSteps(Plan with { WarmupSteps = 20_000 }));
        Assert.StartsWith(nameof(TrainingPlan.WarmupSteps), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clipping_must_be_positive_and_finite()
    {
        float[] wrong = [0, -1, float.NaN, float.PositiveInfinity];
        Names(nameof(TrainingPlan.ClipValue), [.. wrong.Select(limit => Plan with { ClipValue = limit })]);
        Names(nameof(TrainingPlan.ClipNorm), [.. wrong.Select(limit => Plan with { ClipNorm = limit })]);
        PlanValidation.Validate(Plan with { ClipValue = float.Epsilon, ClipNorm = float.MaxValue });
    }

    [Fact]
    public void The_decay_of_an_average_is_a_share() => Names(
        nameof(TrainingPlan.Ema), Plan with { Ema = 0 }, Plan with { Ema = 1 }, Plan with { Ema = -0.5 }, Plan with { Ema = double.NaN });

    [Fact]
    public void The_limit_must_be_positive() => Names(nameof(TrainingPlan.Samples), Plan with { Samples = 0 }, Plan with { Samples = -1 });

    private static void Names(string property, params TrainingPlan[] plans) => Assert.All(plans, plan =>
    {
        var refusal = Assert.Throws<InvalidInputException>(() => PlanValidation.Validate(plan));
        Assert.StartsWith(property, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(property, refusal.Properties);
    });
}
