using CsCheck;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Grains.Epochs;
using Xunit;

namespace Mnist.Distributed.Tests.Grains.Epochs;

public sealed class EvaluatedEpochsTests
{
    private const int StepsPerEpoch = 5;

    private static readonly Gen<(TrainingPlan Plan, double[] Metrics, int Recorded)> Runs =
        from epochs in Gen.Int[1, 8]
        from patience in Gen.Int[0, 3]
        from metrics in Gen.Int[0, 4].Select(fourth => fourth / 4.0).Array[epochs]
        from recorded in Gen.Int[0, epochs - 1]
        select (new TrainingPlan { Samples = 50, BatchSize = 10, Epochs = epochs, Patience = patience, Target = 1 }, metrics, recorded);

    /// <summary>
    /// The parameter server knows some epochs from the record, and evaluates the others, some of
    /// them twice.
    /// </summary>
    [Fact]
    public void A_server_ends_where_the_run_grain_ends() => Runs.Sample(run =>
    {
        var (plan, metrics, recorded) = run;
        var last = EarlyStopping.After(plan, metrics).LastEpoch!.Value;
        var known = new EvaluatedEpochs(plan, recorded == 0 ? null : metrics[..Math.Min(recorded, last - 1)]);
        for (var step = (Math.Min(recorded, last - 1) * StepsPerEpoch) + 1; step <= last * StepsPerEpoch; step++)
        {
            Assert.False(known.MayBeOverAt(step) && step < last * StepsPerEpoch);
            if (step % StepsPerEpoch == 0)
            {
                known.Note(step, metrics[(step / StepsPerEpoch) - 1]);
                known.Note(step, metrics[(step / StepsPerEpoch) - 1]);
            }

            Assert.Equal(step == last * StepsPerEpoch, known.MayBeOverAt(step));
        }
    });

    /// <summary>
    /// A failover may fall between an evaluation and the record of it. The next parameter server
    /// then misses that epoch, and does not go on without the driver.
    /// </summary>
    [Fact]
    public void A_server_that_misses_an_epoch_does_not_go_on_alone()
    {
        var plan = new TrainingPlan { Samples = 50, BatchSize = 10, Epochs = 9, Patience = 1 };
        var known = new EvaluatedEpochs(plan, null);

        known.Note(10, 0.5);

        Assert.True(known.MayBeOverAt(10));
        Assert.True(known.MayBeOverAt(12));
        Assert.False(new EvaluatedEpochs(plan with { Patience = 0 }, null).MayBeOverAt(10));
    }

    [Fact]
    public void An_epoch_that_is_not_evaluated_does_not_end_the_run()
    {
        var known = new EvaluatedEpochs(new TrainingPlan { Samples = 50, BatchSize = 10, Epochs = 9, Patience = 1 }, [0.5]);

        Assert.False(known.MayBeOverAt(10));
        known.Note(10, 0.5);
        Assert.True(known.MayBeOverAt(10));
    }
}
