using Mnist.Distributed.Training.Randomness;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Randomness;

/// <summary>
/// The bytes of every run follow from this generator, so its numbers must never change.
/// </summary>
public sealed class KeyedRandomTests
{
    [Theory]
    [InlineData(0, RandomPurpose.InitialWeights, 0, 0, new[] { 0x1F05DBB358F2AD56UL, 0x9EFF0EAF2107BBECUL, 0x7E78732871F683A0UL })]
    [InlineData(1, RandomPurpose.EpochOrder, 2, 3, new[] { 0x45BEEB1C1605B3A5UL, 0x1558A914F3757DDBUL, 0x2B953EBA2938A8D8UL })]
    [InlineData(-1, RandomPurpose.Dropout, 1099511627776L, 255, new[] { 0x09C18DE6A825B109UL, 0x460255872A251346UL, 0x9A2F4908B49AE2ACUL })]
    [InlineData(long.MinValue, RandomPurpose.InitialWeights, -5, long.MaxValue, new[] { 0xA71861094F81CBB7UL, 0x5C1CAFAA46F201BCUL, 0xC9F1D5A8C99A7F88UL })]
    public void A_key_always_draws_the_same_numbers(long seed, RandomPurpose purpose, long first, long second, ulong[] expected)
    {
        var random = new KeyedRandom(seed, purpose, first, second);
        Assert.Equal(expected, expected.Select(_ => random.NextBits()));
    }

    [Fact]
    public void Floats_and_integers_are_always_derived_alike()
    {
        var floats = new KeyedRandom(1, RandomPurpose.InitialWeights, 0);
        Assert.Equal([5254038 / 16_777_216f, 12390457 / 16_777_216f, 7132566 / 16_777_216f], Enumerable.Range(0, 3).Select(_ => floats.NextSingle()));

        var integers = new KeyedRandom(1, RandomPurpose.EpochOrder, 2, 3);
        Assert.Equal([272, 83, 170, 662, 122, 219, 223, 315], Enumerable.Range(0, 8).Select(_ => integers.NextInt32(1000)));
    }
}
