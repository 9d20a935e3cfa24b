using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Data;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

public sealed class DataSetCatalogueTests
{
    private static readonly DataSetCatalogue Published = DataSetCatalogue.Published;

    [Fact]
    public void Names_end_with_the_synthetic_one() => Assert.Equal(["mnist", "fashion-mnist", "synthetic"], Published.Names);

    [Fact]
    public void Unknown_name_is_answered_with_the_known_ones()
    {
        var error = Assert.Throws<InvalidInputException>(() => Published.Find("cifar"));

        Assert.Equal("The data set 'cifar' is not known: use one of mnist, fashion-mnist, synthetic.", error.Message);
    }

    [Fact]
    public void Every_label_has_a_class_name()
    {
        Assert.All(Published.Known, known => Assert.Equal(10, known.Shape.Classes.Names.Distinct().Count()));
        Assert.Equal("9 - nine", Published.Find("mnist").Shape.Classes.Names[9]);
        Assert.Equal("Ankle boot", Published.Find("fashion-mnist").Shape.Classes.Names[9]);
    }

    [Fact]
    public void Entries_are_well_formed() => Assert.All(Published.Known, dataSet =>
    {
        Assert.Equal((60_000, 10_000), (dataSet.Train.Count, dataSet.Test.Count));
        Assert.Equal(IdxFileNames.All, dataSet.Files.Select(file => file.Name));
        Assert.All(dataSet.Files, file => Assert.Matches("^[0-9a-f]{64}$", file.Sha256));
        Assert.All(dataSet.Files, file => Assert.Same(dataSet, Published.Owner(file.Sha256)));
        Assert.InRange(dataSet.Mirrors.Count, 2, int.MaxValue);
        Assert.All(dataSet.Mirrors, mirror => Assert.EndsWith("/", mirror.AbsoluteUri));
    });
}
