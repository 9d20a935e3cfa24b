using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>EMNIST, KMNIST and QMNIST, with files that the tests make.</summary>
public sealed class RelativesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Letters_count_from_1_and_their_images_are_turned_upright()
    {
        var known = DataSetCatalogue.Published.Find("emnist-letters");
        WriteEmnist([1, 26]);

        var data = Folder(known, "letters/gzip").Load();

        Assert.Equal([0, 25], data.Train.Labels.ToArray());
        Assert.Equal(["a", "z"], data.Train.Labels.ToArray().Select(label => data.Shape.Classes.Names[label]));
        Assert.Equal(new SampleShape(1, 3, 2), data.Shape.Sample);
        Assert.Equal([1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12], data.Train.Images.ToArray());
        Assert.Equal(data.Digest, new DataSetFolder(known.Layout.Below(_folder["letters"], known.TorchvisionName), known, DataSetCatalogue.Published, isNamed: true).Load().Digest);
    }

    [Theory]
    [InlineData(0, "labels count from 1")]
    [InlineData(27, "has label 27 at sample 1 (counted from 0), but labels must be 1 to 26")]
    public void Other_labels_than_letters_are_refused(byte label, string sentence)
    {
        WriteEmnist([1, label]);

        Assert.Contains(sentence, Assert.Throws<InvalidInputException>(Folder(DataSetCatalogue.Published.Find("emnist-letters"), "letters/gzip").Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_published_checksum_is_said_to_be_unverified()
    {
        var known = DataSetCatalogue.Published.Find("emnist-letters");
        WriteEmnist([1, 26]);

        var inspection = Folder(known with { Train = known.Train with { Count = 2 }, Test = known.Test with { Count = 2 } }, "letters/gzip").Inspect();

        Assert.Equal(DataSetStatus.Custom, inspection.Status);
        Assert.Contains("no published checksum", inspection.DataSet!.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void The_class_of_qmnist_is_the_first_number_of_a_row()
    {
        byte[] labels = [.. Idx.Header(0xC02, 2, 8), .. new[] { 7, 1, 2, 3, 4, 5, 6, 8, 9, 1, 2, 3, 4, 5, 6, 8 }.SelectMany(BigEndian)];
        foreach (var split in (string[])["train", "test"])
        {
            _folder.Write($"q/qmnist-{split}-images-idx3-ubyte", Idx.Images(2));
            _folder.Write($"q/qmnist-{split}-labels-idx2-int.gz", Idx.Gzip(labels));
        }

        var data = Folder(DataSetCatalogue.Published.Find("qmnist"), "q").Load();

        Assert.Equal([7, 9], data.Train.Labels.ToArray());
        Assert.Equal(Idx.Pixels(2), data.Test.Images.ToArray());
    }

    [Fact]
    public void A_compressed_file_is_verified_by_the_checksum_of_the_compressed_file()
    {
        var known = WriteByMd5();

        Assert.Equal(DataSetStatus.Published, Folder(known, "k").Inspect().Status);

        _folder.Write("k/" + IdxFileNames.TestLabels + ".gz", Idx.Gzip(Idx.Labels(SmallDataSets.TestCount, seed: 9)));
        Assert.Equal(DataSetStatus.Custom, Folder(known, "k").Inspect().Status);
        Assert.Contains("its MD5 is not", Assert.Throws<InvalidInputException>(new DataSetFolder(_folder["k"], known, DataSetCatalogue.Published).Load).Message, StringComparison.Ordinal);

        _folder.Write("k/" + IdxFileNames.TestLabels, SmallDataSets.Content(SmallDataSets.Mnist, IdxFileNames.TestLabels));
        var plain = Folder(known, "k").Inspect();
        Assert.Equal(DataSetStatus.Custom, plain.Status);
        Assert.Contains($"{IdxFileNames.TestLabels} in", plain.DataSet!.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_another_data_set_are_recognised_without_a_checksum_of_their_own()
    {
        var known = SmallDataSets.Fashion with { Train = Unknown(SmallDataSets.Fashion.Train), Test = Unknown(SmallDataSets.Fashion.Test) };
        var folder = new DataSetFolder(SmallDataSets.WriteTo(_folder, "m", SmallDataSets.Mnist), known, new DataSetCatalogue([SmallDataSets.Mnist, known]), isNamed: true);

        Assert.Contains("is of MNIST, not of Fashion-MNIST", Assert.Throws<InvalidInputException>(folder.Load).Message, StringComparison.Ordinal);

        static PublishedSplit Unknown(PublishedSplit split) =>
            split with { Images = new PublishedFile(split.Images.Name, Sha256: null), Labels = new PublishedFile(split.Labels.Name, Sha256: null) };
    }

    /// <summary>The checksums are those of IDX files.</summary>
    [Fact]
    public void Data_of_another_format_are_not_the_published_ones()
    {
        foreach (var (name, count) in ((string, int)[])[("train", SmallDataSets.TrainCount), ("test", SmallDataSets.TestCount)])
        {
            _folder.Write($"c/{name}.csv", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"5,{string.Join(',', new byte[784])}\n", count))));
        }

        Assert.Equal(DataSetStatus.Custom, Folder(SmallDataSets.Mnist, "c").Inspect().Status);
    }

    private KnownDataSet WriteByMd5()
    {
        SmallDataSets.WriteTo(_folder, "k", SmallDataSets.Mnist);
        return SmallDataSets.Mnist with { Train = ByMd5(SmallDataSets.Mnist.Train), Test = ByMd5(SmallDataSets.Mnist.Test) };

        PublishedSplit ByMd5(PublishedSplit split) => split with { Images = Md5(split.Images), Labels = Md5(split.Labels) };

        PublishedFile Md5(PublishedFile file) => new(file.Name, Sha256: null)
        {
            CompressedMd5 = Convert.ToHexStringLower(MD5.HashData(File.ReadAllBytes(_folder[$"k/{file.Name}.gz"]))),
        };
    }

    /// <summary>Two images of 2 x 3 pixels.</summary>
    private void WriteEmnist(byte[] labels)
    {
        foreach (var split in (string[])["train", "test"])
        {
            _folder.Write($"letters/gzip/emnist-letters-{split}-images-idx3-ubyte.gz", Idx.Gzip([.. Idx.Header(0x803, 2, 2, 3), .. Enumerable.Range(1, 12).Select(i => (byte)i)]));
            _folder.Write($"letters/gzip/emnist-letters-{split}-labels-idx1-ubyte", [.. Idx.Header(0x801, 2), .. labels]);
        }
    }

    private static byte[] BigEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private DataSetFolder Folder(KnownDataSet known, string name) => new(_folder[name], known, DataSetCatalogue.Published, isNamed: true);
}
