using Mnist.Distributed.Training.Models;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Models;

public sealed class DropoutTests
{
    private const int Samples = 50;

    private static readonly ForwardKey Key = new(Seed: 1, Step: 2, Worker: 3);

    [Theory]
    [InlineData(0f)]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.75f)]
    public void Activations_are_zeroed_with_the_probability_of_the_plan(float dropout)
    {
        using var masks = new DropoutMasks(dropout);

        bool[] kept = [.. Enumerable.Range(0, 8).SelectMany(step => masks.Of(Samples, Key with { Step = step }))];

        // Chance never exceeds six standard deviations of a binomial count.
        double deviation = Math.Sqrt(kept.Length * dropout * (1 - dropout));
        double expected = kept.Length * (double)dropout;
        Assert.InRange(kept.Count(one => !one), expected - (6 * deviation), expected + (6 * deviation));
    }

    [Fact]
    public void Masks_repeat_for_equal_keys_and_differ_between_steps_workers_and_seeds()
    {
        using var masks = new DropoutMasks(0.5f);
        using var repeat = new DropoutMasks(0.5f);
        bool[] mask = masks.Of(Samples, Key);

        Assert.Equal(mask, repeat.Of(Samples, Key));
        ForwardKey[] others = [Key with { Step = 3 }, Key with { Worker = 2 }, Key with { Seed = 2 }, new(Seed: 1, Step: 3, Worker: 2)];
        foreach (ForwardKey other in others)
        {
            // Independent fair coins agree half the time, within six standard deviations.
            int equal = mask.Zip(masks.Of(Samples, other), (a, b) => a == b).Count(agree => agree);
            Assert.InRange(equal, (mask.Length / 2) - (3 * Math.Sqrt(mask.Length)), (mask.Length / 2) + (3 * Math.Sqrt(mask.Length)));
        }
    }

    [Fact]
    public void Samples_and_units_have_masks_of_their_own()
    {
        using var masks = new DropoutMasks(0.5f);
        bool[] mask = masks.Of(Samples, Key);

        Assert.Distinct(mask.Chunk(DropoutMasks.Hidden).Select(row => string.Concat(row.Select(kept => kept ? '1' : '0'))));
        Assert.Distinct(Enumerable.Range(0, DropoutMasks.Hidden)
            .Select(unit => string.Concat(mask.Chunk(DropoutMasks.Hidden).Select(row => row[unit] ? '1' : '0'))));
    }
}
