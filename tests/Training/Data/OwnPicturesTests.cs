using System.Globalization;
using System.Text;
using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>Folders of pictures and CSV files.</summary>
[Trait(Fuzz.Trait, Fuzz.Category)]
public sealed class OwnPicturesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Pictures_have_the_pixels_of_idx_files(int enlarged)
    {
        Pictures.WriteOwnImages(_folder["pictures"], enlarged);
        OwnImages.WriteTo(_folder["idx"]);

        var data = Load("pictures", new ImageSize(OwnImages.Rows, OwnImages.Columns));
        var expected = Load("idx");

        Assert.Equal(OwnImages.Classes.Order(StringComparer.Ordinal), data.Shape.Classes.Names);
        Assert.Equal(expected.Shape.Sample, data.Shape.Sample);
        Assert.Null(data.Note);
        Assert.Equal(Samples(expected.Train, expected.Shape.Classes), Samples(data.Train, data.Shape.Classes));
        Assert.Equal(Samples(expected.Test, expected.Shape.Classes), Samples(data.Test, data.Shape.Classes));
    }

    [Fact]
    public void Every_sixth_picture_of_a_class_is_a_test_image_without_folders_for_the_splits()
    {
        foreach (var (name, count) in ((string, int)[])[("b", 13), ("a", 6)])
        {
            for (var i = 0; i < count; i++)
            {
                Write($"one/{name}/{i:D2}.png", 1, 1, (byte)i);
            }
        }

        _folder.Write("one/a/.DS_Store", [1]);
        _folder.Write("one/b/Thumbs.db", [1]);
        var data = Load("one");

        Assert.Equal(["a", "b"], data.Shape.Classes.Names);
        Assert.Equal([5, 5, 11], data.Test.Images.ToArray());
        Assert.Equal([1, 0, 1], data.Test.Labels.ToArray());
        Assert.Equal(16, data.Train.Count);
        Assert.Contains("every 6th picture", data.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_pictures_have_the_classes_in_the_proportions_of_all()
    {
        for (var i = 0; i < 40; i++)
        {
            Write($"p/train/{(i < 30 ? "many" : "few")}/{i:D2}.png", 1, 1, (byte)i);
            Write($"p/test/{(i < 30 ? "many" : "few")}/{i:D2}.png", 1, 1, (byte)i);
        }

        var labels = Load("p").Train.Labels.ToArray();

        Assert.All(Enumerable.Range(1, 40), count => Assert.InRange(labels.Take(count).Count(label => label == 0), (count / 4) - 1, (count / 4) + 1));
    }

    [Fact]
    public void Pictures_that_cannot_be_used_are_refused_by_name()
    {
        Write("p/train/a/1.png", 2, 2, 1);
        Write("p/test/a/1.png", 2, 2, 1);
        Assert.Contains("has 1 class:", Refusal("p"), StringComparison.Ordinal);

        Directory.CreateDirectory(_folder["p/train/b"]);
        Assert.Contains("The folder b in", Refusal("p"), StringComparison.Ordinal);

        Write("p/train/b/1.png", 2, 3, 1);
        var sizes = Refusal("p");
        Assert.Contains("1.png has 2 x 2 pixels and", sizes, StringComparison.Ordinal);
        Assert.Contains("ImageSize", sizes, StringComparison.Ordinal);
        Assert.Equal(new SampleShape(1, 4, 4), Load("p", new ImageSize(4, 4)).Shape.Sample);

        _folder.Write("p/train/b/1.png", [1, 2, 3]);
        Assert.Contains("1.png is neither PNG nor JPEG", Refusal("p"), StringComparison.Ordinal);

        Directory.Delete(_folder["p/test"], recursive: true);
        Assert.Contains("lacks test", Refusal("p"), StringComparison.Ordinal);

        Directory.CreateDirectory(_folder["none/a"]);
        Assert.Contains("pictures in a subfolder for each class", Refusal("none"), StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_files_have_the_pixels_that_were_written() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 9], Gen.Bool, Gen.Bool).Sample((side, count, seed, header, gzip) =>
        {
            var pixels = new byte[count * side * side];
            new Random(seed).NextBytes(pixels);
            var lines = Enumerable.Range(0, count).Select(i => $"{i % 10},{string.Join(',', pixels[(i * side * side)..((i + 1) * side * side)])}");
            var bytes = Encoding.UTF8.GetBytes((header ? "label," + string.Join(',', Enumerable.Range(1, side * side).Select(i => $"p{i}")) + "\r\n" : "") + string.Join("\r\n", lines));
            var content = CsvReader.Read(new MemoryStream(gzip ? Idx.Gzip(bytes) : bytes), "f");
            Assert.Equal((side * side, count), (content.Width, content.Labels.Count));
            Assert.Equal(pixels, content.Pixels.ToArray());
            Assert.Equal(Enumerable.Range(0, count).Select(i => (i % 10).ToString(CultureInfo.InvariantCulture)), content.Labels.Select(label => content.Names[label]));
        });

    /// <summary>A number of pixels that is a square is a square, so that a size resizes it.</summary>
    [Fact]
    public void Square_images_in_csv_files_are_resized_to_any_form()
    {
        var pixels = Enumerable.Range(1, 16).Select(i => (byte)(i * 10)).ToArray();
        foreach (var split in (string[])["train", "test"])
        {
            _folder.Write($"csv/{split}.csv", Encoding.UTF8.GetBytes($"0,{string.Join(',', pixels)}\n1,{string.Join(',', pixels)}\n"));
        }

        var expected = new byte[16];
        new ImageResizer(new ImageSize(4, 4), new ImageSize(2, 8)).Resize(pixels, expected);

        var resized = Load("csv", new ImageSize(2, 8));
        Assert.Equal(expected, resized.Train.Image(1).ToArray());
        Assert.Contains("read as square images of 4 x 4", resized.Note, StringComparison.Ordinal);
        Assert.Null(Load("csv", new ImageSize(8, 8)).Note);
        Assert.NotEqual(expected, pixels);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 512, 3)]
    [InlineData(512, 1, 3)]
    [InlineData(512, 512, 1)]
    [InlineData(512, 512, 3)]
    public void Pictures_of_any_shape_are_trained_on(int rows, int columns, int channels)
    {
        var random = new Random(rows + columns);
        foreach (var name in (string[])["train/a/1", "train/b/2", "test/a/3", "test/b/4"])
        {
            var pixels = new byte[rows * columns * channels];
            random.NextBytes(pixels);
            _folder.Write($"p/{name}.png", Pictures.Png(columns, rows, channels, pixels));
        }

        var data = Load("p");

        Assert.Equal(new SampleShape(channels, rows, columns), data.Shape.Sample);
        AssertTrains(data);
    }

    [Fact]
    public void Csv_files_of_65536_classes_are_trained_on()
    {
        foreach (var split in (string[])["train", "test"])
        {
            _folder.Write($"csv/{split}.csv", Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, ClassList.Most).Select(label => $"{label},{label % 256}"))));
        }

        var data = Load("csv");

        Assert.Equal(ClassList.Most, data.Shape.Classes.Count);
        Assert.Equal(ClassList.Most - 1, data.Train.Labels[ClassList.Most - 1]);
        AssertTrains(data);
    }

    [Fact]
    public void Names_in_csv_files_are_classes_in_ordinal_order()
    {
        _folder.Write("csv/train.csv", "fox,1,2,3\n\"ant\", 4 ,5,\"6\"\n"u8.ToArray());
        _folder.Write("csv/test.csv", "fox,7,8,9\n"u8.ToArray());

        var data = Load("csv", new ImageSize(1, 3));

        Assert.Equal(["ant", "fox"], data.Shape.Classes.Names);
        Assert.Equal([1, 0], data.Train.Labels.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], data.Train.Images.ToArray());
        Assert.Contains("3 pixels in a line, which is no square", Refusal("csv"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,2,3,256,4", "Line 1 of f has the pixel '256'")]
    [InlineData("1,2,3\n1,2", "Line 2 of f has 1 pixels instead of 2")]
    [InlineData("1,2,3\n1,2,3,4", "Line 2 of f has more than 2 pixels")]
    [InlineData("1,-2", "Line 1 of f has the pixel '-2'")]
    [InlineData("1,2\n1,1.5", "Line 2 of f has the pixel '1.5'")]
    [InlineData("1", "Line 1 of f has no comma")]
    [InlineData("label,pixel0", "f has no images")]
    [InlineData(",2", "Line 1 of f has an empty")]
    public void A_line_that_cannot_be_used_is_named(string text, string sentence) =>
        Assert.StartsWith(sentence, Assert.Throws<InvalidInputException>(() => CsvReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "f")).Message, StringComparison.Ordinal);

    [Fact]
    public void Random_bytes_are_no_csv_or_few_pixels() => Gen.Byte.Array[0, 300].Sample(bytes =>
        Assert.InRange(
            Allocation.Of(() =>
            {
                try
                {
                    CsvReader.Read(new MemoryStream(bytes), "f");
                }
                catch (InvalidInputException e)
                {
                    Assert.InRange(e.Message.Length, 1, 400);
                }
            }),
            0,
            1 << 20),
        iter: Fuzz.Inputs(2000));

    private static void AssertTrains(DataSet data)
    {
        var plan = new TrainingPlan
        {
            Model = "mlp-logits",
            ModelSettings = Settings.Empty.With("hidden", "2"),
            Samples = Math.Min(data.Train.Count, 8),
            BatchSize = Math.Min(data.Train.Count, 8),
            Workers = 2,
            Epochs = 1,
            TestSamples = data.Test.Count,
        };
        using var trainer = new PlainTrainer(plan, data);
        var before = trainer.State.Parameters.Span.ToArray();

        Assert.True(double.IsFinite(trainer.TrainStep().LossSum));
        Assert.False(trainer.State.Parameters.Span.SequenceEqual(before));
    }

    /// <summary>The images as text with their class, in an order that no format decides.</summary>
    private static string[] Samples(ImageSet split, ClassList classes) =>
        [.. Enumerable.Range(0, split.Count).Select(i => $"{classes.Names[split.Labels[i]]} {Convert.ToHexString(split.Image(i))}").Order(StringComparer.Ordinal)];

    private void Write(string name, int rows, int columns, byte grey) =>
        _folder.Write(name, Pictures.Png(columns, rows, 1, [.. Enumerable.Repeat(grey, rows * columns)]));

    private DataSet Load(string name, ImageSize? size = null) =>
        new DataSetFolder(_folder[name], DataSetCatalogue.Published.Find("mnist"), DataSetCatalogue.Published, isNamed: true).Load(size);

    private string Refusal(string name) => Assert.Throws<InvalidInputException>(() => Load(name)).Message;
}
