using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

public sealed class SyntheticDataSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _generated;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Samples_are_generated_once_and_then_read_from_the_cache()
    {
        DataSet made = Synthetic().Load();
        DataSet cached = Synthetic().Load();

        Assert.Equal(1, _generated);
        Assert.Equal("synthetic", cached.Name);
        Assert.Equal(made.Digest, cached.Digest);
        Assert.Equal(made.Train.Images, cached.Train.Images);
        Assert.Equal(made.Test.Labels, cached.Test.Labels);
        Assert.Equal("generated", made.Origin);
        Assert.Equal($"generated, kept in {_folder["synthetic-1"]}", cached.Origin);
    }

    [Theory]
    [InlineData(IdxFileNames.TrainImages)]
    [InlineData(IdxFileNames.TrainLabels)]
    [InlineData(IdxFileNames.TestImages)]
    [InlineData(IdxFileNames.TestLabels)]
    [InlineData("digest")]
    public void Damaged_cache_is_made_again(string file)
    {
        string digest = Synthetic().Load().Digest;
        byte[] content = File.ReadAllBytes(_folder[$"synthetic-1/{file}"]);
        content[^1] ^= 1;
        _folder.Write($"synthetic-1/{file}", content);

        Assert.Equal(digest, Synthetic().Load().Digest);
        Assert.Equal(2, _generated);
        Synthetic().Load();
        Assert.Equal(2, _generated);
    }

    [Theory]
    [InlineData(IdxFileNames.TrainImages)]
    [InlineData("digest")]
    public void Incomplete_cache_is_made_again(string file)
    {
        Synthetic().Load();
        File.Delete(_folder[$"synthetic-1/{file}"]);

        Synthetic().Load();

        Assert.Equal(2, _generated);
    }

    [Fact]
    public void Another_version_does_not_use_the_samples_of_this_one()
    {
        Synthetic().Load();
        Synthetic(version: 2).Load();

        Assert.Equal(2, _generated);
    }

    [Fact]
    public void Cache_that_cannot_be_written_is_told_but_does_no_harm()
    {
        _folder.Write("synthetic-1", []);

        DataSet dataSet = Synthetic().Load();

        Assert.Equal(6, dataSet.Train.Count);
        Assert.StartsWith("generated, not kept in the cache: ", dataSet.Origin);
    }

    private SyntheticDataSet Synthetic(int version = 1) => new(new SyntheticGenerator(version, Generate), new DataSetCache(_folder.Path));

    private (ImageSet Train, ImageSet Test) Generate()
    {
        _generated++;
        return (Idx.Split(6), Idx.Split(3, 2));
    }
}
