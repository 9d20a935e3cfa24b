using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// QMNIST: MNIST made again from its source, with 60,000 test images. Its labels are rows of eight
/// 32-bit numbers, of which the first is the class. Source: C. Yadav, L. Bottou, "Cold Case: The
/// Lost MNIST Digits", arXiv:1905.10498. The checksums are torchvision's.
/// </summary>
internal static class Qmnist
{
    /// <summary>The data set.</summary>
    public static KnownDataSet DataSet { get; } = new()
    {
        Name = "qmnist",
        Title = "QMNIST",
        TorchvisionName = "QMNIST",
        Train = new PublishedSplit(
            new PublishedFile("qmnist-train-images-idx3-ubyte", Sha256: null) { CompressedMd5 = "ed72d4157d28c017586c42bc6afe6370" },
            new PublishedFile("qmnist-train-labels-idx2-int", Sha256: null) { CompressedMd5 = "0058f8dd561b90ffdd0f734c6a30e5e4" },
            60_000),
        Test = new PublishedSplit(
            new PublishedFile("qmnist-test-images-idx3-ubyte", Sha256: null) { CompressedMd5 = "1394631089c404de565df7b7aeaf9412" },
            new PublishedFile("qmnist-test-labels-idx2-int", Sha256: null) { CompressedMd5 = "5b5b05890a5e13444e108efe57b788aa" },
            60_000),
        Mirrors = [new Uri("https://raw.githubusercontent.com/facebookresearch/qmnist/master/")],
        Shape = Recipe.Data,
    };
}
