using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>The real data sets, where they are at hand.</summary>
public sealed class PublishedDataTests
{
    [Fact]
    public void Mnist_has_the_published_checksums()
    {
        string? path = Environment.GetEnvironmentVariable("MNIST_DATA");
        Assert.SkipUnless(!string.IsNullOrEmpty(path), "MNIST_DATA is not set to a folder with MNIST.");

        IsAsPublished("mnist", path!);
    }

    [Fact]
    public void Fashion_mnist_has_the_published_checksums()
    {
        string path = DataSetCatalogue.Published.Find("fashion-mnist").SystemFolder!;
        Assert.SkipUnless(Directory.Exists(path), $"Fashion-MNIST is not installed in {path}.");

        IsAsPublished("fashion-mnist", path);
    }

    private static void IsAsPublished(string name, string path)
    {
        KnownDataSet known = DataSetCatalogue.Published.Find(name);

        DataSetInspection inspection = new DataSetFolder(path, known, DataSetCatalogue.Published, isNamed: true).Inspect();

        Assert.Equal(DataSetStatus.Published, inspection.Status);
        DataSet dataSet = inspection.DataSet!;
        Assert.All(Enumerable.Range(0, Recipe.Digits.Count), label => Assert.True(dataSet.Train.Labels.Contains((ushort)label)));
    }
}
