using System.Text;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>
/// Images of any size, with labels of any width and classes of their own, in IDX files.
/// </summary>
public sealed class OwnDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Own => _folder["own"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(32)]
    public void Labels_of_any_width_are_the_same_data(int bits)
    {
        var data = Load(OwnImages.WriteTo(Own, bits));

        Assert.Equal(new SampleShape(3, 9, 7), data.Shape.Sample);
        Assert.Equal(OwnImages.Classes, data.Shape.Classes.Names);
        Assert.Equal((OwnImages.TrainCount, OwnImages.TestCount), (data.Train.Count, data.Test.Count));
        Assert.Equal(Enumerable.Range(0, OwnImages.TrainCount).Select(sample => (ushort)OwnImages.LabelOf(sample)), data.Train.Labels.ToArray());
        Assert.Equal(OwnImages.Images(OwnImages.TrainCount)[20..], data.Train.Images.ToArray());
        Assert.Equal(Load(OwnImages.WriteTo(_folder["bytes"])).Digest, data.Digest);
    }

    [Fact]
    public void Labels_above_a_byte_are_read()
    {
        OwnImages.WriteTo(Own);
        File.WriteAllLines(Path.Combine(Own, IdxFormat.ClassesFile), Enumerable.Range(0, 40_000).Select(label => $"class {label}"));
        OwnImages.Write(Own, IdxFileNames.TrainLabels, OwnImages.Labels(OwnImages.TrainCount, 16, changed: 4, to: 32_767));
        OwnImages.Write(Own, IdxFileNames.TestLabels, OwnImages.Labels(OwnImages.TestCount, 32, changed: 5, to: 39_999));

        var data = Load(Own);

        Assert.Equal((32_767, 39_999), (data.Train.Labels[4], data.Test.Labels[5]));
        Assert.Equal("class 39999", data.Shape.Classes.Names[data.Test.Labels[5]]);
    }

    [Fact]
    public void Without_names_of_their_own_the_classes_are_those_of_the_data_set()
    {
        OwnImages.WriteTo(Own);
        File.Delete(Path.Combine(Own, IdxFormat.ClassesFile));

        Assert.Equal(Recipe.Digits, Load(Own).Shape.Classes);
    }

    [Theory]
    [InlineData("red fox\ngreen frog\nblue whale")]
    [InlineData("red fox\r\ngreen frog\r\nblue whale\r\n")]
    [InlineData("\ufeffred fox\n  green frog\t\nblue whale\n\n\n")]
    public void Names_are_read_as_editors_write_them(string text)
    {
        OwnImages.WriteTo(Own);
        File.WriteAllText(Path.Combine(Own, IdxFormat.ClassesFile), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

        Assert.Equal(OwnImages.Classes, Load(Own).Shape.Classes.Names);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n\n", "2 to 65,536")]
    [InlineData("alone", "names 1 class")]
    [InlineData("a\n\nc", "Line 2 of ")]
    [InlineData("a\nb\na", "the same name")]
    [InlineData("a\nb\nc\u0007", "Line 3 of ")]
    public void Names_that_cannot_be_used_are_refused(string text, string hint)
    {
        OwnImages.WriteTo(Own);
        File.WriteAllText(Path.Combine(Own, IdxFormat.ClassesFile), text);

        var sentence = Refusal();

        Assert.Contains(hint, sentence, StringComparison.Ordinal);
        Assert.Contains(IdxFormat.ClassesFile, sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_are_too_long_or_too_many_are_refused()
    {
        OwnImages.WriteTo(Own);
        var file = Path.Combine(Own, IdxFormat.ClassesFile);

        File.WriteAllLines(file, ["a", "b", new string('c', 101)]);
        Assert.Contains("longer than 100 letters", Refusal(), StringComparison.Ordinal);

        File.WriteAllLines(file, ["a", "b", new string('c', 5_000_000)]);
        Assert.InRange(Allocation.Of(() => Assert.Contains("more than", Refusal(), StringComparison.Ordinal)), 0, 1 << 20);

        File.WriteAllLines(file, Enumerable.Range(0, ClassList.Most + 1).Select(label => $"{label}"));
        Assert.Contains("65537 classes", Refusal(), StringComparison.Ordinal);

        File.WriteAllLines(file, Enumerable.Range(0, ClassList.Most).Select(label => $"{label}"));
        Assert.Equal(ClassList.Most, Load(Own).Shape.Classes.Count);
    }

    [Theory]
    [InlineData(IdxFileNames.TrainLabels, 8, 3, true, "labels must be 0 to 2: name that class in classes.txt")]
    [InlineData(IdxFileNames.TestLabels, 8, 255, true, "labels must be 0 to 2")]
    [InlineData(IdxFileNames.TrainLabels, 32, 10, false, "labels must be 0 to 9: correct the file, or name your own classes in classes.txt")]
    [InlineData(IdxFileNames.TrainLabels, 16, -1, true, "label -1 at sample 4")]
    [InlineData(IdxFileNames.TestLabels, 32, 65_536, true, "label 65536 at sample 4")]
    [InlineData(IdxFileNames.TestLabels, 32, int.MinValue, false, "label -2147483648 at sample 4")]
    public void A_label_beyond_the_classes_is_refused_by_its_place(string file, int bits, int label, bool isNamed, string hint)
    {
        OwnImages.WriteTo(Own);
        OwnImages.Write(Own, file, OwnImages.Labels(file == IdxFileNames.TrainLabels ? OwnImages.TrainCount : OwnImages.TestCount, bits, changed: 4, to: label));
        if (!isNamed)
        {
            File.Delete(Path.Combine(Own, IdxFormat.ClassesFile));
        }

        var sentence = Refusal();

        Assert.Contains(file, sentence, StringComparison.Ordinal);
        Assert.Contains($"label {label} at sample 4 (counted from 0)", sentence, StringComparison.Ordinal);
        Assert.Contains(hint, sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Splits_of_different_shapes_are_refused()
    {
        OwnImages.WriteTo(Own);
        OwnImages.Write(Own, IdxFileNames.TestImages, OwnImages.Images(OwnImages.TestCount, channels: 3, rows: 7, columns: 9));

        Assert.Contains("the training images are 3 x 9 x 7 and the test images 3 x 7 x 9", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 513, 2)]
    [InlineData(1, 2, 513)]
    [InlineData(17, 2, 2)]
    public void Images_that_are_too_large_are_refused(int channels, int rows, int columns)
    {
        OwnImages.WriteTo(Own);
        OwnImages.Write(Own, IdxFileNames.TrainImages, OwnImages.Images(OwnImages.TrainCount, channels, rows, columns));

        Assert.Contains("at most 512 x 512 pixels in at most 16 channels", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 512, 512)]
    [InlineData(16, 1, 1)]
    [InlineData(1, 1, 1)]
    public void Images_of_the_extreme_shapes_are_read(int channels, int rows, int columns)
    {
        OwnImages.WriteTo(Own);
        OwnImages.Write(Own, IdxFileNames.TrainImages, OwnImages.Images(OwnImages.TrainCount, channels, rows, columns));
        OwnImages.Write(Own, IdxFileNames.TestImages, OwnImages.Images(OwnImages.TestCount, channels, rows, columns));

        Assert.Equal(new SampleShape(channels, rows, columns), Load(Own).Shape.Sample);
    }

    private static DataSet Load(string path) => new DataSetFolder(path, SmallDataSets.Mnist, SmallDataSets.Catalogue, isNamed: true).Load();

    private string Refusal()
    {
        var sentence = Assert.Throws<InvalidInputException>(() => Load(Own)).Message;
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        Assert.InRange(sentence.Length, 1, 400);
        return sentence;
    }
}
