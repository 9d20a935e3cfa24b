using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Models.Fast;
using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Plans;

/// <summary>
/// The estimate of the memory of a run. A run that needs too much is refused before the system
/// kills it.
/// </summary>
public sealed class MemoryNeedProperties
{
    private static readonly Gen<TrainingPlan> Plans = Gen.Select(
        Gen.Int[1, PlanValidation.MaxWorkers], Gen.Int[1, 64], Gen.Int[1, 512], Gen.Int[1, 100_000], Gen.Bool, Gen.Bool)
        .Select((workers, each, hidden, samples, cnn, momentum) => new TrainingPlan
        {
            Model = cnn ? "cnn" : "mlp",
            Workers = workers,
            BatchSize = workers * each,
            ModelSettings = PlanSettings.OfModel(cnn ? "cnn" : "mlp", hidden),
            Samples = samples,
            OptimizerSettings = PlanSettings.Sgd(momentum ? 0.9f : 0),
        });

    [Fact]
    public void More_of_anything_never_needs_less() => Plans.Sample(plan =>
    {
        var need = Of(plan);
        return Of(plan with { Samples = plan.Samples + 1 }) >= need
            && Of(plan with { BatchSize = plan.BatchSize + plan.Workers }) >= need
            && Of(plan with { ModelSettings = PlanSettings.OfModel(plan.Model, MlpNetwork.Hidden.Of(plan.ModelSettings) + 1) }) >= need
            && Of(plan with { Workers = plan.Workers + 1, BatchSize = plan.BatchSize + (plan.BatchSize / plan.Workers) }) >= need
            && Of(plan with { OptimizerSettings = PlanSettings.Sgd(0.9f) }) >= need
            && Of(plan with { Optimizer = "adam", OptimizerSettings = Settings.Empty }) >= need;
    });

    /// <summary>Each of the plan's silos has the slots and the average once.</summary>
    [Fact]
    public void Slots_and_average_need_a_float_for_each_parameter() => Plans.Sample(plan =>
    {
        var none = plan with { OptimizerSettings = PlanSettings.Sgd(0) };
        var slot = Of(plan with { OptimizerSettings = PlanSettings.Sgd(0.9f) }) - Of(none);
        Assert.Equal(2 * slot, Of(plan with { Optimizer = "adam", OptimizerSettings = Settings.Empty }) - Of(none));
        Assert.Equal(slot, Of(none with { Ema = 0.9 }) - Of(none));
    });

    [Fact]
    public void Silos_on_other_machines_take_their_part() => Gen.Select(Plans, Gen.Int[1, 8], Gen.Int[1, 8]).Sample((plan, here, elsewhere) =>
    {
        var alone = Need(plan, here, here);
        var some = Need(plan, here, here + elsewhere);
        return some.Workers <= alone.Workers && some.Bytes <= alone.Bytes && alone.Workers == plan.Workers;
    });

    /// <summary>
    /// The widest model, the most workers and the largest batch: the length of the vector times the
    /// workers needs far more than 32 bits.
    /// </summary>
    [Fact]
    public void The_largest_plan_is_counted_without_overflow()
    {
        var largest = new TrainingPlan
        {
            Workers = PlanValidation.MaxWorkers,
            BatchSize = PlanValidation.MaxBatchSize,
            ModelSettings = PlanSettings.Hidden(MlpNetwork.MaxHidden),
            Samples = int.MaxValue,
            OptimizerSettings = PlanSettings.Sgd(0.9f),
        };
        PlanValidation.Validate(largest);
        var vector = TrainingSetup.Of(largest).Model.Layout.Length;

        Assert.InRange(Of(largest), 1024L * vector * sizeof(float), long.MaxValue / 1024);
        Assert.InRange(Need(largest, 64, 64).Bytes, Of(largest), long.MaxValue / 1024);
    }

    /// <summary>
    /// 13 million floats per worker. This plan was once accepted, and the system killed the silo.
    /// </summary>
    [Fact]
    public void A_thousand_wide_workers_do_not_fit_where_two_do()
    {
        var plan = new TrainingPlan { ModelSettings = PlanSettings.Hidden(16_384), Workers = 1024, BatchSize = 1024 };
        var refusal = Assert.Throws<InvalidInputException>(() => Need(plan, 1, 1).Check(24_000_000_000, "this machine"));

        Assert.Contains("53.", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("lower Workers", refusal.Message, StringComparison.Ordinal);
        Need(plan with { Workers = 2 }, 1, 1).Check(24_000_000_000, "this machine");
    }

    private static long Of(TrainingPlan plan) => Need(plan, 1, 1).Bytes;

    private static MemoryNeed Need(TrainingPlan plan, int here, int silos) => MemoryNeed.Of(plan, TrainingSetup.Of(plan).Size, here, silos);
}
