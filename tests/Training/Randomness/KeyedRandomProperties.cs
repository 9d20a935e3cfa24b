using CsCheck;
using Mnist.Distributed.Training.Randomness;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Randomness;

public sealed class KeyedRandomProperties
{
    private const int Draws = 100_000;

    [Fact]
    public void Integers_stay_within_their_bound() => Gen.Select(Gen.Long, Gen.Int[1, int.MaxValue]).Sample((seed, bound) =>
    {
        var random = new KeyedRandom(seed, RandomPurpose.Dropout, 0);
        for (var i = 0; i < 100; i++)
        {
            Assert.InRange(random.NextInt32(bound), 0, bound - 1);
        }
    });

    [Fact]
    public void Floats_are_multiples_of_their_step_below_one() => Gen.Long.Sample(seed =>
    {
        var random = new KeyedRandom(seed, RandomPurpose.Dropout, 0);
        for (var i = 0; i < 100; i++)
        {
            var scaled = random.NextSingle() * (1 << 24);
            Assert.InRange(scaled, 0, (1 << 24) - 1);
            Assert.Equal(MathF.Truncate(scaled), scaled);
        }
    });

    [Fact]
    public void Keys_that_differ_anywhere_draw_different_numbers() =>
        Gen.Select(Gen.Select(Gen.Long, Gen.Long[1, 3], Gen.Long, Gen.Long), Gen.Select(Gen.Long, Gen.Long[1, 3], Gen.Long, Gen.Long))
            .Where((a, b) => a != b)
            .Sample((a, b) => Assert.NotEqual(Draw(a), Draw(b)));

    /// <summary>Keys with exchanged parts are different keys.</summary>
    [Fact]
    public void Small_keys_draw_different_numbers()
    {
        var keys =
            from seed in Enumerable.Range(-2, 6)
            from purpose in Enumerable.Range(1, 3)
            from first in Enumerable.Range(-2, 14)
            from second in Enumerable.Range(-2, 14)
            select Draw((seed, purpose, first, second))[0];
        var drawn = keys.ToArray();
        Assert.Equal(drawn.Length, drawn.Distinct().Count());
    }

    /// <summary>
    /// Bounds for which a product without correction would clearly favour some results.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(1_431_655_766)]
    [InlineData(1_610_612_736)]
    [InlineData(int.MaxValue)]
    public void Integers_are_evenly_spread(int bound)
    {
        var cells = Math.Min(bound, 12);
        var counts = new int[cells];
        var random = new KeyedRandom(7, RandomPurpose.EpochOrder, bound);
        for (var i = 0; i < Draws; i++)
        {
            counts[(int)((long)random.NextInt32(bound) * cells / bound)]++;
        }

        Assert.InRange(ChiSquare(counts), 0, Limit(cells - 1));
    }

    /// <summary>
    /// Without a second draw, two of three results of this bound would come from three products,
    /// and the third from two.
    /// </summary>
    [Fact]
    public void Results_of_an_awkward_bound_are_equally_likely()
    {
        const int Bound = 1_610_612_736;
        var counts = new int[3];
        var random = new KeyedRandom(8, RandomPurpose.EpochOrder, 0);
        for (var i = 0; i < Draws; i++)
        {
            counts[random.NextInt32(Bound) % 3]++;
        }

        Assert.InRange(ChiSquare(counts), 0, Limit(2));
    }

    [Fact]
    public void Floats_are_evenly_spread_also_in_pairs()
    {
        var counts = new int[16 * 16];
        var random = new KeyedRandom(9, RandomPurpose.InitialWeights, 0);
        for (var i = 0; i < Draws; i++)
        {
            counts[((int)(random.NextSingle() * 16) * 16) + (int)(random.NextSingle() * 16)]++;
        }

        Assert.InRange(ChiSquare(counts), 0, Limit(counts.Length - 1));
    }

    [Fact]
    public void Every_bit_is_set_half_the_time()
    {
        var counts = new int[64];
        var random = new KeyedRandom(10, RandomPurpose.Dropout, 0);
        for (var i = 0; i < Draws; i++)
        {
            var bits = random.NextBits();
            for (var bit = 0; bit < 64; bit++)
            {
                counts[bit] += (int)((bits >> bit) & 1);
            }
        }

        Assert.All(counts, count => Assert.InRange(count, (Draws / 2) - 1000, (Draws / 2) + 1000));
    }

    private static ulong[] Draw((long Seed, long Purpose, long First, long Second) key)
    {
        var random = new KeyedRandom(key.Seed, (RandomPurpose)key.Purpose, key.First, key.Second);
        return [random.NextBits(), random.NextBits()];
    }

    private static double ChiSquare(int[] counts)
    {
        var expected = (double)Draws / counts.Length;
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }

    /// <summary>Five standard deviations above the mean of the distribution.</summary>
    private static double Limit(int degrees) => degrees + (5 * Math.Sqrt(2.0 * degrees));
}
