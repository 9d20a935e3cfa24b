using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Data;

/// <summary>A generator of the synthetic data set.</summary>
/// <param name="Version">
/// Increases with every change of the samples, so that older samples in a cache are not used.
/// </param>
/// <param name="Generate">Makes both splits: the same samples at each call and on each
/// machine.</param>
public sealed record SyntheticGenerator(int Version, Func<(ImageSet Train, ImageSet Test)> Generate)
{
    /// <summary><see cref="SyntheticDigits"/> with as many samples as MNIST.</summary>
    public static readonly SyntheticGenerator Digits = new(
        Version: 1,
        () => (Draw(SyntheticDigits.TrainSeed, SyntheticDigits.TrainCount), Draw(SyntheticDigits.TestSeed, SyntheticDigits.TestCount)));

    private static ImageSet Draw(ulong seed, int count)
    {
        byte[] images = new byte[count * Recipe.Sample.Pixels];
        byte[] labels = new byte[count];
        SyntheticDigits.Generate(seed, images, labels);
        return new ImageSet(images, Array.ConvertAll(labels, label => (ushort)label), Recipe.Sample);
    }
}
