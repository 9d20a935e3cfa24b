using CsCheck;

using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.ParameterServers;
using Mnist.Distributed.Tests.Training.Summation;
using Mnist.Distributed.Training.Summation;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.ParameterServers;

public sealed class StepSumProperties
{
    private static readonly Gen<StepTotals> Totals =
        Gen.Select(Gen.Double[0, 100], Gen.Int[0, 50], Gen.Int[1, 50], (loss, correct, samples) => new StepTotals(loss, correct, samples, samples));

    /// <summary>The steps of a run whose participants change.</summary>
    private static readonly Gen<Step[]> Runs =
        from workers in Gen.OneOf(Gen.Int[1, 8], Gen.Int[1, 300])
        from length in Gen.Int[1, 20]
        from steps in StepOf(workers, length).Array[1, 5]
        select steps;

    [Fact]
    public void A_step_has_the_same_bits_whatever_silos_took_part() => Runs.Sample(steps =>
    {
        var sum = new StepSum(steps[0].Leaves.Length);
        for (var i = 0; i < steps.Length; i++)
        {
            IsSumOf(steps[i], i, sum.Complete(i, steps[i].Shares));
        }
    });

    [Fact]
    public void The_order_in_which_shares_arrive_does_not_matter() => Runs.Sample(steps =>
        IsSumOf(steps[0], 7, new StepSum(steps[0].Leaves.Length).Complete(7, [.. steps[0].Shares.Reverse()])));

    [Fact]
    public void A_sum_lives_through_the_making_of_the_next() => Runs.Sample(steps =>
    {
        var sum = new StepSum(steps[0].Leaves.Length);
        StepUpdate? previous = null;
        for (var i = 0; i < steps.Length; i++)
        {
            var update = sum.Complete(i, steps[i].Shares);
            if (previous is not null)
            {
                IsSumOf(steps[i - 1], i - 1, previous);
            }

            previous = update;
        }
    });

    [Fact]
    public void Abandoned_sums_live_on() => Runs.Sample(steps =>
    {
        var sum = new StepSum(steps[0].Leaves.Length);
        var updates = new List<StepUpdate>();
        for (var i = 0; i < steps.Length; i++)
        {
            updates.Add(sum.Complete(i, steps[i].Shares));
            sum.ReplaceBuffers();
        }

        Assert.All(updates, (update, i) => IsSumOf(steps[i], i, update));
    });

    [Fact]
    public void Shares_are_left_as_they_were() => Runs.Sample(steps =>
    {
        var before = Array.ConvertAll(steps[0].Shares, share => Shares.Bits(share.Gradient));
        new StepSum(steps[0].Leaves.Length).Complete(0, steps[0].Shares);
        Assert.Equal(before, Array.ConvertAll(steps[0].Shares, share => Shares.Bits(share.Gradient)));
    });

    [Fact]
    public void A_missing_or_doubled_share_is_refused() => Gen.Select(Runs, Gen.Int[0, 1000]).Sample((steps, any) =>
    {
        var (leaves, shares) = steps[0];
        var one = shares[any % shares.Length];
        Assert.Throws<ArgumentException>(() => new StepSum(leaves.Length).Complete(0, [.. shares.Where(share => share != one)]));
        Assert.Throws<ArgumentException>(() => new StepSum(leaves.Length).Complete(0, [.. shares.Append(one)]));
    });

    private static void IsSumOf(Step step, long number, StepUpdate update)
    {
        var whole = Shares.Sum(step.Leaves, new WorkerRange(0, step.Leaves.Length));
        Assert.Equal(number, update.Step);
        Assert.Equal(whole.Totals, update.Totals);
        Assert.Equal(Shares.Bits(whole.Gradient), Shares.Bits(update.Gradient));
    }

    private static Gen<Step> StepOf(int workers, int length) =>
        from gradients in Leaves.Float.Array[length].Array[workers]
        from totals in Totals.Array[workers]
        from cuts in Leaves.Cuts(workers)
        let leaves = gradients.Select((gradient, w) => new GradientNode(w, w + 1, new ParameterVector(gradient), totals[w])).ToArray()
        select new Step(leaves, ParameterServers.Shares.Of(leaves, cuts));

    private sealed record Step(GradientNode[] Leaves, GradientNode[] Shares);
}
