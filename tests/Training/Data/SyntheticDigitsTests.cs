using System.Security.Cryptography;

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

public sealed class SyntheticDigitsTests
{
    [Theory]
    [InlineData(SyntheticDigits.TrainSeed, SyntheticDigits.TrainCount, "c61a4affaaf2dc8f7e43ecef9d854b176d9fa4b8df4e2932e58ba601df3a8879")]
    [InlineData(SyntheticDigits.TestSeed, SyntheticDigits.TestCount, "cf6eec9411a71f267bf303b82dd0b2cd3404d4bdb1877bfb6eef7c100a602be5")]
    public void Sets_have_the_same_bytes_on_every_machine_and_all_classes_alike(ulong seed, int count, string sha256)
    {
        (byte[] images, byte[] labels) = Generate(seed, count);

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(images);
        hash.AppendData(labels);
        Assert.Equal(sha256, Convert.ToHexStringLower(hash.GetHashAndReset()));

        // Each class has a share of 1/10. Chance never exceeds six standard deviations of the
        // binomial count.
        double deviation = Math.Sqrt(count * 0.1 * 0.9);
        Assert.All(Enumerable.Range(0, Recipe.Digits.Count), label =>
            Assert.InRange(labels.Count(drawn => drawn == label), (count / 10) - (6 * deviation), (count / 10) + (6 * deviation)));
    }

    [Fact]
    public void Sample_is_the_same_drawn_alone_or_in_a_batch()
    {
        const int first = 1_000;
        (byte[] images, byte[] labels) = Generate(SyntheticDigits.TrainSeed, 100, first);
        byte[] image = new byte[SyntheticDigits.ImageSize];

        for (int i = labels.Length - 1; i >= 0; i--)
        {
            Assert.Equal(labels[i], SyntheticDigits.Draw(SyntheticDigits.TrainSeed, first + i, image));
            Assert.Equal(images[(i * image.Length)..((i + 1) * image.Length)], image);
        }
    }

    [Fact]
    public void Samples_differ_between_indexes_and_seeds()
    {
        (byte[] train, _) = Generate(SyntheticDigits.TrainSeed, 1_000);
        (byte[] test, _) = Generate(SyntheticDigits.TestSeed, 1_000);

        Assert.Distinct(train.Chunk(SyntheticDigits.ImageSize).Concat(test.Chunk(SyntheticDigits.ImageSize)).Select(Convert.ToBase64String));
    }

    [Fact]
    public void Buffers_of_another_size_and_negative_indexes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SyntheticDigits.Draw(1, 0, new byte[783]));
        Assert.Throws<ArgumentException>(() => SyntheticDigits.Generate(1, new byte[784], new byte[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticDigits.Draw(1, -1, new byte[784]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticDigits.Generate(1, new byte[784], new byte[1], -1));
    }

    private static (byte[] Images, byte[] Labels) Generate(ulong seed, int count, int first = 0)
    {
        byte[] images = new byte[count * SyntheticDigits.ImageSize];
        byte[] labels = new byte[count];
        SyntheticDigits.Generate(seed, images, labels, first);
        return (images, labels);
    }
}
