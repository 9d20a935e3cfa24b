using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Data;

/// <summary>
/// Equal digests must mean that two machines train the same net on the same samples.
/// </summary>
public sealed class DataSetDigestTests
{
    private static readonly DataShape Shape = new(new SampleShape(2, 3, 4), new ClassList(["cat", "dog"]), new Normalisation(255, 0.5f, 0.25f));

    public static TheoryData<string, DataShape> OtherShapes => new()
    {
        { "channels and rows", Shape with { Sample = new SampleShape(3, 2, 4) } },
        { "rows and columns", Shape with { Sample = new SampleShape(2, 4, 3) } },
        { "channels and columns", Shape with { Sample = new SampleShape(4, 3, 2) } },
        { "one dimension", Shape with { Sample = new SampleShape(1, 1, 24) } },
        { "a class's name", Shape with { Classes = new ClassList(["cat", "dot"]) } },
        { "the order of the classes", Shape with { Classes = new ClassList(["dog", "cat"]) } },
        { "the number of the classes", Shape with { Classes = new ClassList(["cat", "dog", "emu"]) } },
        { "classes without names", Shape with { Classes = ClassList.Numbered(2) } },
        { "the scale", Shape with { Normalisation = new Normalisation(256, 0.5f, 0.25f) } },
        { "the mean", Shape with { Normalisation = new Normalisation(255, 0.25f, 0.25f) } },
        { "the deviation", Shape with { Normalisation = new Normalisation(255, 0.5f, 0.5f) } },
        { "mean and deviation", Shape with { Normalisation = new Normalisation(255, 0.25f, 0.5f) } },
        { "a mean's last bit", Shape with { Normalisation = new Normalisation(255, MathF.BitIncrement(0.5f), 0.25f) } },
    };

    [Theory]
    [MemberData(nameof(OtherShapes))]
    public void The_digest_depends_on_each_part_of_the_shape(string part, DataShape other) =>
        Assert.True(Digest(Shape) != Digest(other), $"The digest does not depend on {part}.");

    [Fact]
    public void The_digest_depends_on_each_image_and_each_label()
    {
        string[] digests =
        [
            Digest(Shape),
            .. Enumerable.Range(0, 4).Select(sample => Digest(Shape, pixel: sample)),
            .. Enumerable.Range(0, 4).Select(sample => Digest(Shape, label: sample)),
        ];

        Assert.Distinct(digests);
        Assert.All(digests, digest => Assert.Matches("^[0-9a-f]{64}$", digest));
    }

    [Fact]
    public void Equal_data_have_equal_digests_in_other_memory() =>
        Assert.Equal(Digest(Shape), Digest(new DataShape(new SampleShape(2, 3, 4), new ClassList(["cat", "dog"]), new Normalisation(255, 0.5f, 0.25f))));

    /// <summary>Labels above a byte are told apart, too.</summary>
    [Fact]
    public void The_digest_depends_on_both_bytes_of_a_label()
    {
        var shape = Shape with { Classes = ClassList.Numbered(ClassList.Most) };
        string Of(ushort label) => DataSetDigest.Compute(shape, Split(shape, [0, label]), Split(shape, [0, 0]));

        Assert.Distinct([Of(0), Of(1), Of(256), Of(257), Of(65_535)]);
    }

    /// <summary>
    /// Three training and one test samples; one pixel or label of one sample may be changed.
    /// </summary>
    private static string Digest(DataShape shape, int pixel = -1, int label = -1)
    {
        var pixels = new byte[4 * shape.Sample.Pixels];
        new Random(1).NextBytes(pixels);
        ushort[] labels = [0, 1, 1, 0];
        if (pixel >= 0)
        {
            pixels[((pixel + 1) * shape.Sample.Pixels) - 1] ^= 1;
        }

        if (label >= 0)
        {
            labels[label] ^= 1;
        }

        var all = new ImageSet(pixels, labels, shape.Sample);
        return DataSetDigest.Compute(shape, all.First(3), new ImageSet(pixels.AsMemory(3 * shape.Sample.Pixels), labels.AsMemory(3), shape.Sample));
    }

    private static ImageSet Split(DataShape shape, ushort[] labels) => new(new byte[labels.Length * shape.Sample.Pixels], labels, shape.Sample);
}
