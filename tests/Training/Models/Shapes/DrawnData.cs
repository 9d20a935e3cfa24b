using CsCheck;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Tests.Training.Models.Shapes;

/// <summary>
/// Data sets of any shape, filled with random pixels, half of them background, and labels.
/// </summary>
internal static class DrawnData
{
    private static readonly Normalisation[] Normalisations = [new(255, 0.5f, 0.5f), new(255, 0.1307f, 0.3081f), new(256, 0, 1)];

    /// <summary>Names that a file must write with care, beside usual ones.</summary>
    private static readonly Gen<string> Name = Gen.OneOf(
        Gen.String[Gen.Char['a', 'z'], 1, 9],
        Gen.OneOf<string>("\"", "\\", "<a&b>", "'", "na\u00efve", "\u732b", "\ud83d\udc08", "0", "a b", "{}", "\u2028"));

    private static readonly Gen<ClassList> NumberedClasses = Gen.OneOf(Gen.Int[2, 20], Gen.Int[2, 300]).Select(ClassList.Numbered);

    private static readonly Gen<ClassList> NamedClasses =
        from names in Name.Array[2, 12]
        select new ClassList(names.Select((name, label) => $"{label}{name}"));

    /// <summary>1 x 1 to 64 x 64 pixels, 1 to 3 channels, 2 to 300 classes.</summary>
    public static readonly Gen<DataShape> Shape =
        from channels in Gen.Int[1, 3]
        from rows in Gen.OneOf(Gen.Int[1, 9], Gen.Int[1, 64])
        from columns in Gen.OneOf(Gen.Int[1, 9], Gen.Int[1, 64])
        from classes in Gen.OneOf(NumberedClasses, NamedClasses)
        from normalisation in Gen.Int[0, Normalisations.Length - 1]
        select new DataShape(new SampleShape(channels, rows, columns), classes, Normalisations[normalisation]);

    /// <summary>A data set of a shape; both splits are the same.</summary>
    public static DataSet Of(DataShape shape, int count, int seed = 1)
    {
        var random = new Random(seed);
        var pixels = new byte[count * shape.Sample.Pixels];
        random.NextBytes(pixels);
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = random.Next(2) == 0 ? (byte)0 : pixels[i];
        }

        var labels = Enumerable.Range(0, count).Select(_ => (ushort)random.Next(shape.Classes.Count)).ToArray();
        var split = new ImageSet(pixels, labels, shape.Sample);
        return new DataSet("drawn", shape, split, split, "drawn");
    }
}
