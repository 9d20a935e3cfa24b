using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Kuzushiji-MNIST: ten characters of old Japanese writing. Source: T. Clanuwat and others, "Deep
/// Learning for Classical Japanese Literature", arXiv:1812.01718. The checksums are torchvision's.
/// </summary>
internal static class Kmnist
{
    /// <summary>The data set.</summary>
    public static KnownDataSet DataSet { get; } = new()
    {
        Name = "kmnist",
        Title = "KMNIST",
        TorchvisionName = "KMNIST",
        Train = new PublishedSplit(
            new PublishedFile(IdxFileNames.TrainImages, Sha256: null) { CompressedMd5 = "bdb82020997e1d708af4cf47b453dcf7" },
            new PublishedFile(IdxFileNames.TrainLabels, Sha256: null) { CompressedMd5 = "e144d726b3acfaa3e44228e80efcd344" },
            60_000),
        Test = new PublishedSplit(
            new PublishedFile(IdxFileNames.TestImages, Sha256: null) { CompressedMd5 = "5c965bf0a639b31b8f53240b1b52f4d7" },
            new PublishedFile(IdxFileNames.TestLabels, Sha256: null) { CompressedMd5 = "7320c461ea6c1c855c0b718fb2a4b134" },
            10_000),
        Mirrors = [new Uri("http://codh.rois.ac.jp/kmnist/dataset/kmnist/")],
        Shape = Recipe.Data with { Classes = new ClassList(["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]) },
    };
}
