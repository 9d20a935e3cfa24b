using System.Security.Cryptography;

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

public sealed class DataSetFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Published_files_are_loaded_with_the_digest_of_their_samples()
    {
        string path = SmallDataSets.WriteTo(_folder, "data", SmallDataSets.Mnist);
        byte[] samples =
        [
            .. SmallDataSets.Content(SmallDataSets.Mnist, IdxFileNames.TrainImages)[16..],
            .. SmallDataSets.Content(SmallDataSets.Mnist, IdxFileNames.TrainLabels)[8..],
            .. SmallDataSets.Content(SmallDataSets.Mnist, IdxFileNames.TestImages)[16..],
            .. SmallDataSets.Content(SmallDataSets.Mnist, IdxFileNames.TestLabels)[8..],
        ];

        DataSet dataSet = Load(path);

        Assert.Equal("mnist", dataSet.Name);
        Assert.Equal((20, 10), (dataSet.Train.Count, dataSet.Test.Count));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(samples)), dataSet.Digest);
        Assert.Equal(path, dataSet.Origin);
    }

    [Fact]
    public void Digest_does_not_depend_on_compression()
    {
        string compressed = SmallDataSets.WriteTo(_folder, "a", SmallDataSets.Mnist);
        foreach (string file in IdxFileNames.All)
        {
            _folder.Write("b/" + file, SmallDataSets.Content(SmallDataSets.Mnist, file));
        }

        Assert.Equal(Load(compressed).Digest, Load(_folder["b"]).Digest);
    }

    [Fact]
    public void Other_counts_are_custom_data()
    {
        WriteCustom("custom", trainCount: 5, testCount: 4);

        DataSet dataSet = Load(_folder["custom"]);

        Assert.Equal((5, 4), (dataSet.Train.Count, dataSet.Test.Count));
        Assert.Equal($"{_folder["custom"]} (custom data in MNIST format: 5 training and 4 test samples)", dataSet.Origin);
    }

    [Fact]
    public void A_split_of_the_published_size_must_be_the_published_one()
    {
        WriteCustom("custom", SmallDataSets.TrainCount, testCount: 4);

        string message = Error(_folder["custom"]);

        Assert.Contains($"{_folder["custom/" + IdxFileNames.TrainImages]} has a checksum mismatch", message);
        Assert.Contains(SmallDataSets.Mnist.Train.Images.Sha256, message);
    }

    [Theory]
    [InlineData(IdxFileNames.TrainImages)]
    [InlineData(IdxFileNames.TrainLabels)]
    [InlineData(IdxFileNames.TestImages)]
    [InlineData(IdxFileNames.TestLabels)]
    public void One_changed_sample_is_a_checksum_mismatch(string file)
    {
        string path = SmallDataSets.WriteTo(_folder, "data", SmallDataSets.Mnist);
        byte[] content = SmallDataSets.Content(SmallDataSets.Mnist, file);
        content[^1] ^= 1;
        _folder.Write($"data/{file}.gz", Idx.Gzip(content));

        Assert.Contains($"{file}.gz has a checksum mismatch", Error(path));
    }

    [Fact]
    public void Files_of_another_data_set_are_recognized()
    {
        string path = SmallDataSets.WriteTo(_folder, "data", SmallDataSets.Fashion);

        Assert.Contains("is of Fashion-MNIST, not of MNIST: choose the data set fashion-mnist", Error(path));
    }

    [Fact]
    public void Counts_of_images_and_labels_must_agree()
    {
        WriteCustom("custom", trainCount: 5, testCount: 4);
        _folder.Write("custom/" + IdxFileNames.TestLabels, Idx.Labels(3));

        Assert.Contains("t10k-images-idx3-ubyte has 4 images but t10k-labels-idx1-ubyte has 3 labels", Error(_folder["custom"]));
    }

    [Fact]
    public void Missing_files_are_listed()
    {
        string path = SmallDataSets.WriteTo(_folder, "data", SmallDataSets.Mnist);
        File.Delete(_folder["data/train-labels-idx1-ubyte.gz"]);
        File.Delete(_folder["data/t10k-images-idx3-ubyte.gz"]);

        Assert.Contains($"{path} lacks train-labels-idx1-ubyte, t10k-images-idx3-ubyte (plain or with .gz)", Error(path));
    }

    [Fact]
    public void Missing_folder_is_named() => Assert.Contains($"{_folder["nowhere"]} does not exist", Error(_folder["nowhere"]));

    private static DataSet Load(string path) => new DataSetFolder(path, SmallDataSets.Mnist, SmallDataSets.Catalogue).Load();

    private static string Error(string path) => Assert.Throws<InvalidInputException>(() => Load(path)).Message;

    private void WriteCustom(string name, int trainCount, int testCount)
    {
        foreach (string file in IdxFileNames.All)
        {
            _folder.Write($"{name}/{file}", SmallDataSets.Content(file, seed: 7, trainCount, testCount));
        }
    }
}
