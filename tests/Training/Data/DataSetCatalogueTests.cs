using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Data;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

public sealed class DataSetCatalogueTests
{
    private static readonly DataSetCatalogue Published = DataSetCatalogue.Published;

    private static readonly string[] Names =
    [
        "mnist", "fashion-mnist", "kmnist", "qmnist",
        "emnist-balanced", "emnist-byclass", "emnist-bymerge", "emnist-letters", "emnist-digits", "emnist-mnist",
    ];

    [Fact]
    public void Names_end_with_the_synthetic_one() => Assert.Equal([.. Names, "synthetic"], Published.Names);

    [Fact]
    public void Unknown_name_is_answered_with_the_known_ones()
    {
        var error = Assert.Throws<InvalidInputException>(() => Published.Find("cifar"));

        Assert.Equal($"The data set 'cifar' is not known: use one of {string.Join(", ", Names)}, synthetic.", error.Message);
    }

    [Fact]
    public void Every_label_has_a_class_name()
    {
        Assert.All(Published.Known, known => Assert.Equal(known.Shape.Classes.Count, known.Shape.Classes.Names.Distinct().Count()));
        Assert.Equal("9 - nine", Published.Find("mnist").Shape.Classes.Names[9]);
        Assert.Equal([47, 62, 47, 26, 10, 10], Published.Known.Skip(4).Select(known => known.Shape.Classes.Count));
        Assert.Equal("Ankle boot", Published.Find("fashion-mnist").Shape.Classes.Names[9]);
    }

    [Fact]
    public void Entries_with_sha256_are_well_formed() => Assert.All(Published.Known.Take(2), dataSet =>
    {
        Assert.Equal((60_000, 10_000), (dataSet.Train.Count, dataSet.Test.Count));
        Assert.Equal(IdxFileNames.All, dataSet.Files.Select(file => file.Name));
        Assert.All(dataSet.Files, file => Assert.Matches("^[0-9a-f]{64}$", file.Sha256));
        Assert.All(dataSet.Files, file => Assert.Same(dataSet, Published.Owner(file.Sha256!)));
        Assert.InRange(dataSet.Mirrors.Count, 2, int.MaxValue);
    });

    /// <summary>A file is downloaded only if its checksum is known.</summary>
    [Fact]
    public void Entries_have_mirrors_and_checksums_or_an_archive() => Assert.All(Published.Known, dataSet =>
    {
        Assert.Equal(dataSet.Archive is null, dataSet.Mirrors.Count > 0);
        Assert.All(dataSet.Mirrors, mirror => Assert.EndsWith("/", mirror.AbsoluteUri));
        Assert.All(dataSet.Files, file => Assert.Equal(dataSet.Archive is null, (file.Sha256 ?? file.CompressedMd5) is not null));
        Assert.All(dataSet.Files, file => Assert.Matches("^([0-9a-f]{32})?$", file.CompressedMd5 ?? ""));
    });
}
