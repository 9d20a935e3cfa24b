using System.Security.Cryptography;
using System.Text;

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
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
            .. Encoding.UTF8.GetBytes("20 10\n1 28 28\n255 0.5 0.5\n" + string.Concat(Recipe.Digits.Names.Select(name => name + "\n"))),
            .. SmallDataSets.Content(SmallDataSets.Mnist, IdxFileNames.TrainImages)[16..],
            .. SmallDataSets.Content(SmallDataSets.Mnist, IdxFileNames.TrainLabels)[8..].SelectMany(label => (byte[])[label, 0]),
            .. SmallDataSets.Content(SmallDataSets.Mnist, IdxFileNames.TestImages)[16..],
            .. SmallDataSets.Content(SmallDataSets.Mnist, IdxFileNames.TestLabels)[8..].SelectMany(label => (byte[])[label, 0]),
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
        Assert.Contains(SmallDataSets.Mnist.Train.Images.Sha256!, message);
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
    public void In_a_folder_of_the_user_a_split_of_the_published_size_may_be_another_one_and_that_is_said()
    {
        WriteCustom("kmnist", SmallDataSets.TrainCount, SmallDataSets.TestCount);

        DataSetInspection inspection = Named(_folder["kmnist"]).Inspect();

        Assert.Equal(DataSetStatus.Custom, inspection.Status);
        Assert.Equal(
            $"{_folder["kmnist"]} (custom data in MNIST format, not the published MNIST: 20 training and 10 test samples)", inspection.DataSet!.Origin);
        Assert.StartsWith($"The data in {_folder["kmnist"]} are not the published MNIST, ", inspection.DataSet.Note);
        Assert.All(IdxFileNames.All, file => Assert.Contains(file, inspection.DataSet.Note));
    }

    [Theory]
    [InlineData(IdxFileNames.TrainImages)]
    [InlineData(IdxFileNames.TrainLabels)]
    [InlineData(IdxFileNames.TestImages)]
    [InlineData(IdxFileNames.TestLabels)]
    public void One_changed_sample_in_a_folder_of_the_user_is_said(string file)
    {
        string path = SmallDataSets.WriteTo(_folder, "data", SmallDataSets.Mnist);
        byte[] content = SmallDataSets.Content(SmallDataSets.Mnist, file);
        content[^1] ^= 1;
        _folder.Write($"data/{file}.gz", Idx.Gzip(content));

        DataSet dataSet = Named(path).Load();

        Assert.Contains($"not the published MNIST, {file} have its sizes", dataSet.Note);
        Assert.Contains("not the published MNIST", dataSet.Origin);
    }

    [Fact]
    public void There_is_nothing_to_say_of_published_data_or_of_other_sizes()
    {
        WriteCustom("custom", trainCount: 5, testCount: 4);

        Assert.Null(Named(_folder["custom"]).Load().Note);
        Assert.Null(Named(SmallDataSets.WriteTo(_folder, "data", SmallDataSets.Mnist)).Load().Note);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Files_of_another_data_set_are_recognized(bool isNamed)
    {
        string path = SmallDataSets.WriteTo(_folder, "data", SmallDataSets.Fashion);

        var error = Assert.Throws<InvalidInputException>(new DataSetFolder(path, SmallDataSets.Mnist, SmallDataSets.Catalogue, isNamed).Load);

        Assert.Contains("is of Fashion-MNIST, not of MNIST: choose the data set fashion-mnist", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public void Names_with_a_dot_are_found(string suffix)
    {
        foreach ((string name, string dotted) in IdxFileNames.All.Zip(
            ["train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"]))
        {
            byte[] content = SmallDataSets.Content(SmallDataSets.Mnist, name);
            _folder.Write($"dotted/{dotted}{suffix}", suffix == "" ? content : Idx.Gzip(content));
        }

        Assert.Equal(Load(SmallDataSets.WriteTo(_folder, "data", SmallDataSets.Mnist)).Digest, Load(_folder["dotted"]).Digest);
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

    private static DataSetFolder Named(string path) => new(path, SmallDataSets.Mnist, SmallDataSets.Catalogue, isNamed: true);

    private static string Error(string path) => Assert.Throws<InvalidInputException>(() => Load(path)).Message;

    private void WriteCustom(string name, int trainCount, int testCount)
    {
        foreach (string file in IdxFileNames.All)
        {
            _folder.Write($"{name}/{file}", SmallDataSets.Content(file, seed: 7, trainCount, testCount));
        }
    }
}
