using CsCheck;

using Mnist.Distributed.Contracts.State;

using Xunit;

namespace Mnist.Distributed.Tests.Contracts.State;

public sealed class TotalsTests
{
    private static readonly Gen<StepTotals> Steps =
        from samples in Gen.Int[1, 100]
        from correct in Gen.Int[0, samples]
        from loss in Gen.Double[0, 300]
        select new StepTotals(loss, correct, samples, samples);

    [Fact]
    public void Nothing_has_no_loss_and_no_accuracy()
    {
        Assert.Equal(0, default(StepTotals).Loss);
        Assert.Equal(0, default(EpochTotals).Loss);
        Assert.Equal(0, default(EpochTotals).Metric);
    }

    [Fact]
    public void Parts_of_a_step_add_up() => Steps.Array[1, 10].Sample(parts =>
    {
        var total = parts.Aggregate((left, right) => left + right);
        Assert.Equal(parts.Sum(part => part.MetricSum), total.MetricSum);
        Assert.Equal(parts.Sum(part => part.Samples), total.Samples);
        Assert.Equal(parts.Sum(part => part.LossSum) / parts.Sum(part => part.Samples), total.Loss);
    });

    [Fact]
    public void An_epoch_holds_the_steps_since_its_start() =>
        Gen.Select(Steps.Array[1, 40], Gen.Int[1, 12]).Sample((steps, stepsPerEpoch) =>
        {
            EpochTotals totals = default;
            for (var step = 0; step < steps.Length; step++)
            {
                totals = totals.After(step, stepsPerEpoch, steps[step]);

                var epoch = steps[(step - (step % stepsPerEpoch))..(step + 1)];
                Assert.Equal(epoch.Length, totals.Steps);
                Assert.Equal(epoch.Sum(part => part.Samples), totals.Samples);
                Assert.Equal(epoch.Average(part => part.Loss), totals.Loss);
                Assert.Equal(epoch.Sum(part => part.MetricSum) / epoch.Sum(part => part.MetricWeight), totals.Metric);
            }
        });

    [Fact]
    public void A_state_carries_its_epoch_across_a_pause() => Gen.Select(Steps.Array[2, 30], Gen.Int[1, 40]).Sample((steps, stepsPerEpoch) =>
    {
        var middle = steps.Length / 2;
        var kept = Fold(default, steps, 0, middle, stepsPerEpoch);
        Assert.Equal(Fold(default, steps, 0, steps.Length, stepsPerEpoch), Fold(kept, steps, middle, steps.Length, stepsPerEpoch));
    });

    private static EpochTotals Fold(EpochTotals totals, StepTotals[] steps, int first, int end, int stepsPerEpoch)
    {
        for (var step = first; step < end; step++)
        {
            totals = totals.After(step, stepsPerEpoch, steps[step]);
        }

        return totals;
    }
}
