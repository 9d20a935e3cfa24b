using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The six splits of EMNIST, handwritten digits and letters. The files have images with rows and
/// columns exchanged, and the labels of the letters count from 1. One archive has the files of all
/// splits, and no checksum of a file is published. Source: G. Cohen and others, "EMNIST: an
/// extension of MNIST to handwritten letters", arXiv:1702.05373.
/// </summary>
internal static class Emnist
{
    private const string Digits = "0123456789";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";

    /// <summary>The small letters that do not look like the large ones.</summary>
    private const string Distinct = "abdefghnqrt";

    private static readonly Uri Archive = new("https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip");

    /// <summary>The data sets, one for each split.</summary>
    public static IReadOnlyList<KnownDataSet> DataSets { get; } =
    [
        Of("balanced", Digits + Upper + Distinct, 112_800, 18_800),
        Of("byclass", Digits + Upper + Lower, 697_932, 116_323),
        Of("bymerge", Digits + Upper + Distinct, 697_932, 116_323),
        Of("letters", Lower, 124_800, 20_800) with { FirstLabel = 1 },
        Of("digits", Digits, 240_000, 40_000),
        Of("mnist", Digits, 60_000, 10_000),
    ];

    private static KnownDataSet Of(string split, string classes, int train, int test) => new()
    {
        Name = $"emnist-{split}",
        Title = $"EMNIST {split}",
        TorchvisionName = "EMNIST",
        Train = Split($"emnist-{split}-train", train),
        Test = Split($"emnist-{split}-test", test),
        Mirrors = [],
        Shape = Recipe.Data with { Classes = new ClassList(classes.Select(letter => letter.ToString())) },
        IsTransposed = true,
        Archive = Archive,
    };

    private static PublishedSplit Split(string name, int count) =>
        new(new PublishedFile($"{name}-images-idx3-ubyte", Sha256: null), new PublishedFile($"{name}-labels-idx1-ubyte", Sha256: null), count);
}
