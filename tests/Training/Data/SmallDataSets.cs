using System.Security.Cryptography;

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>Two "published" data sets small enough for tests, with their files.</summary>
internal static class SmallDataSets
{
    public const int TrainCount = 20;
    public const int TestCount = 10;

    private const int MnistSeed = 1;
    private const int FashionSeed = 2;

    public static readonly KnownDataSet Mnist = Make("mnist", "MNIST", MnistSeed);
    public static readonly KnownDataSet Fashion = Make("fashion-mnist", "Fashion-MNIST", FashionSeed);
    public static readonly DataSetCatalogue Catalogue = new([Mnist, Fashion]);

    public static byte[] Content(KnownDataSet dataSet, string file)
    {
        int seed = dataSet.Name == Mnist.Name ? MnistSeed : FashionSeed;
        return Content(file, seed, TrainCount, TestCount);
    }

    public static byte[] Content(string file, int seed, int trainCount, int testCount) => file switch
    {
        IdxFileNames.TrainImages => Idx.Images(trainCount, seed),
        IdxFileNames.TrainLabels => Idx.Labels(trainCount, seed),
        IdxFileNames.TestImages => Idx.Images(testCount, seed + 100),
        IdxFileNames.TestLabels => Idx.Labels(testCount, seed + 100),
        _ => throw new ArgumentOutOfRangeException(nameof(file), file, message: null),
    };

    /// <summary>Puts the four files into a folder and returns its path.</summary>
    public static string WriteTo(TemporaryFolder folder, string name, KnownDataSet dataSet)
    {
        foreach (string file in IdxFileNames.All)
        {
            folder.Write(Path.Combine(name, file + ".gz"), Idx.Gzip(Content(dataSet, file)));
        }

        return folder[name];
    }

    private static KnownDataSet Make(string name, string title, int seed) => new()
    {
        Name = name,
        Title = title,
        TorchvisionName = title.Replace("-", "", StringComparison.Ordinal),
        Train = new PublishedSplit(Published(IdxFileNames.TrainImages, seed), Published(IdxFileNames.TrainLabels, seed), TrainCount),
        Test = new PublishedSplit(Published(IdxFileNames.TestImages, seed), Published(IdxFileNames.TestLabels, seed), TestCount),
        Mirrors = [new Uri("http://first.test/data/"), new Uri("http://second.test/")],
        Shape = Recipe.Data,
    };

    private static PublishedFile Published(string file, int seed) =>
        new(file, Convert.ToHexStringLower(SHA256.HashData(Content(file, seed, TrainCount, TestCount))));
}
