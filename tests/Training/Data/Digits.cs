using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>Digits to train on.</summary>
internal static class Digits
{
    public const int TrainCount = 6_000;

    /// <summary>
    /// Not a multiple of the usual batch sizes, so that the last batch is smaller.
    /// </summary>
    public const int TestCount = 995;

    private static readonly Lazy<DataSet> Drawn = new(Draw);
    private static readonly Lazy<DataSet> Best = new(() => Environment.GetEnvironmentVariable("MNIST_DATA") is { Length: > 0 } folder
        ? Cut(new DataSetFolder(folder, DataSetCatalogue.Published.Find("mnist"), DataSetCatalogue.Published).Load())
        : Synthetic);

    /// <summary>Synthetic ones.</summary>
    public static DataSet Synthetic => Drawn.Value;

    /// <summary>
    /// The digits of MNIST if <c>MNIST_DATA</c> names its folder, else synthetic ones.
    /// </summary>
    public static DataSet RealIfAtHand => Best.Value;

    private static DataSet Draw() =>
        new("synthetic", Recipe.Data, Draw(SyntheticDigits.TrainSeed, TrainCount), Draw(SyntheticDigits.TestSeed, TestCount), "generated");

    private static ImageSet Draw(ulong seed, int count)
    {
        byte[] images = new byte[count * Recipe.Sample.Pixels];
        byte[] labels = new byte[count];
        SyntheticDigits.Generate(seed, images, labels);
        return new ImageSet(images, Array.ConvertAll(labels, label => (ushort)label), Recipe.Sample);
    }

    private static DataSet Cut(DataSet whole) => whole with { Train = whole.Train.First(TrainCount), Test = whole.Test.First(TestCount) };
}
