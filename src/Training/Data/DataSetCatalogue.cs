using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Data;

/// <summary>The data sets that the program knows by name.</summary>
/// <param name="known">The published data sets.</param>
public sealed class DataSetCatalogue(IReadOnlyList<KnownDataSet> known)
{
    /// <summary>Name of the data set that is generated instead of downloaded.</summary>
    public const string Synthetic = "synthetic";

    private static readonly ClassList Clothing = new(
    [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ]);

    /// <summary>
    /// MNIST and its relatives. Sources: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of
    /// handwritten digits"; H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a Novel Image Dataset
    /// for Benchmarking Machine Learning Algorithms", arXiv:1708.07747.
    /// </summary>
    public static readonly DataSetCatalogue Published = new(
    [
        new KnownDataSet
        {
            Name = "mnist",
            Title = "MNIST",
            TorchvisionName = "MNIST",
            Train = new PublishedSplit(
                new PublishedFile(IdxFileNames.TrainImages, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
                new PublishedFile(IdxFileNames.TrainLabels, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
                60_000),
            Test = new PublishedSplit(
                new PublishedFile(IdxFileNames.TestImages, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
                new PublishedFile(IdxFileNames.TestLabels, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
                10_000),
            Mirrors =
            [
                new Uri("https://ossci-datasets.s3.amazonaws.com/mnist/"),
                new Uri("https://storage.googleapis.com/cvdf-datasets/mnist/"),
            ],
            Shape = Recipe.Data,
        },
        new KnownDataSet
        {
            Name = "fashion-mnist",
            Title = "Fashion-MNIST",
            TorchvisionName = "FashionMNIST",
            Train = new PublishedSplit(
                new PublishedFile(IdxFileNames.TrainImages, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
                new PublishedFile(IdxFileNames.TrainLabels, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
                60_000),
            Test = new PublishedSplit(
                new PublishedFile(IdxFileNames.TestImages, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                new PublishedFile(IdxFileNames.TestLabels, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
                10_000),
            Mirrors =
            [
                new Uri("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
                new Uri("https://storage.googleapis.com/tensorflow/tf-keras-datasets/"),
            ],
            Shape = Recipe.Data with { Classes = Clothing },
            SystemFolder = "/usr/share/datasets/fashion-mnist",
        },
        Kmnist.DataSet,
        Qmnist.DataSet,
        .. Emnist.DataSets,
    ]);

    /// <summary>The published data sets.</summary>
    public IReadOnlyList<KnownDataSet> Known { get; } = known;

    /// <summary>All names that a user may give; the synthetic data set is the last.</summary>
    public IReadOnlyList<string> Names => [.. Known.Select(dataSet => dataSet.Name), Synthetic];

    /// <summary>The published data set called <paramref name="name"/>.</summary>
    /// <exception cref="InvalidInputException">No published data set has this name.</exception>
    public KnownDataSet Find(string name) => Known.FirstOrDefault(dataSet => dataSet.Name == name)
        ?? throw new InvalidInputException($"The data set '{Printable.Of(name)}' is not known: {Spelling.Advice(name, Names, $"use one of {string.Join(", ", Names)}.")}");

    /// <summary>
    /// The published data set that has a file with this checksum; null if none has.
    /// </summary>
    /// <param name="sha256">SHA-256 of the uncompressed content, in lower-case hex.</param>
    public KnownDataSet? Owner(string sha256) => Known.FirstOrDefault(dataSet => dataSet.Files.Any(file => file.Sha256 == sha256));
}
