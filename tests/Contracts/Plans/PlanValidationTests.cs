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
        PlanValidation.Validate(Plan with { Workers = 1, BatchSize = 1, Epochs = 1, Samples = 1, Hidden = 1, LearningRate = float.Epsilon });
        PlanValidation.Validate(Plan with { Workers = 256, BatchSize = 256, Epochs = int.MaxValue, Samples = int.MaxValue, Hidden = 16_384 });
        PlanValidation.Validate(Plan with { BatchSize = 65_536 });
        PlanValidation.Validate(Plan with { Momentum = MathF.BitDecrement(1), Dropout = MathF.BitDecrement(1), WeightDecay = float.MaxValue });
    }

    [Fact]
    public void Workers_must_be_within_bounds() => Names(
        "--workers",
        Plan with { Workers = 0 },
        Plan with { Workers = -1 },
        Plan with { Workers = 1025, BatchSize = 10_000 });

    [Fact]
    public void The_batch_must_be_within_bounds() => Names(
        "--batch-size",
        Plan with { BatchSize = 0 },
        Plan with { BatchSize = int.MinValue },
        Plan with { BatchSize = 65_537 },
        Plan with { BatchSize = int.MaxValue });

    [Fact]
    public void Every_worker_must_have_a_share_of_the_batch() => Names("--batch-size", Plan with { BatchSize = 3, Workers = 4 });

    [Fact]
    public void Epochs_must_be_positive() => Names("--epochs", Plan with { Epochs = 0 }, Plan with { Epochs = -1 });

    [Fact]
    public void The_learning_rate_must_be_positive_and_finite() => Names(
        "--lr",
        Plan with { LearningRate = 0 },
        Plan with { LearningRate = -1 },
        Plan with { LearningRate = float.NaN },
        Plan with { LearningRate = float.PositiveInfinity });

    [Fact]
    public void Momentum_must_be_a_share() => Names(
        "--momentum",
        Plan with { Momentum = -0.1f },
        Plan with { Momentum = 1 },
        Plan with { Momentum = float.NaN });

    [Fact]
    public void Weight_decay_must_not_be_negative() => Names(
        "--weight-decay",
        Plan with { WeightDecay = -0.1f },
        Plan with { WeightDecay = float.NaN },
        Plan with { WeightDecay = float.PositiveInfinity });

    [Fact]
    public void Hidden_units_must_be_within_bounds() => Names("--hidden", Plan with { Hidden = 0 }, Plan with { Hidden = 16_385 });

    [Fact]
    public void Dropout_must_be_a_share() => Names(
        "--dropout",
        Plan with { Dropout = -0.1f },
        Plan with { Dropout = 1 },
        Plan with { Dropout = float.NaN });

    [Fact]
    public void The_limit_must_be_positive() => Names("--limit", Plan with { Samples = 0 }, Plan with { Samples = -1 });

    private static void Names(string option, params TrainingPlan[] plans) => Assert.All(plans, plan =>
        Assert.StartsWith(option, Assert.Throws<InvalidInputException>(() => PlanValidation.Validate(plan)).Message));
}
