using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The four IDX files of MNIST, with images of any size. A fifth file, <c>classes.txt</c>, may name
/// the classes: one line for each label, from label 0 on.
/// </summary>
/// <param name="layout">Names of the files, and how the data lie in them.</param>
public sealed class IdxFormat(IdxLayout layout) : IDataFormat
{
    /// <summary>Name of the file that names the classes.</summary>
    public const string ClassesFile = "classes.txt";

    /// <summary>
    /// The largest size of that file in bytes: a line of about 60 letters for each class.
    /// </summary>
    private const int MostBytes = 64 * ClassList.Most;

    private const int MostLetters = 100;

    /// <inheritdoc />
    public string Name => "IDX";

    /// <inheritdoc />
    public string Files => $"all four of {string.Join(", ", layout.Names)}";

    /// <inheritdoc />
    public string Kind => "MNIST format";

    /// <inheritdoc />
    public bool IsIn(string folder) => layout.IsIn(folder);

    /// <inheritdoc />
    public IReadOnlyList<string> Missing(string folder) => layout.Missing(folder);

    /// <inheritdoc />
    public DataContent Read(string folder, ClassList usual, ImageSize? size)
    {
        var named = ReadClasses(folder);
        var classes = named ?? usual;
        var train = ReadSplit(folder, layout.TrainImages, layout.TrainLabels);
        var test = ReadSplit(folder, layout.TestImages, layout.TestLabels);
        foreach (var (split, name) in ((IdxSplit, string)[])[(train, layout.TrainLabels), (test, layout.TestLabels)])
        {
            CheckLabels(split.Samples, classes, named is not null, Printable.Of(IdxFileNames.Find(folder, name) ?? name));
        }

        InvalidInputException.Require(
            train.Samples.Sample == test.Samples.Sample,
            $"In {Printable.Of(folder)}, the training images are {train.Samples.Sample} and the test images {test.Samples.Sample}: give images of one shape.");
        Dictionary<string, IdxContent> files = new()
        {
            [layout.TrainImages] = train.Images,
            [layout.TrainLabels] = train.Labels,
            [layout.TestImages] = test.Images,
            [layout.TestLabels] = test.Labels,
        };
        return new DataContent(train.Samples, test.Samples, classes, file => files.GetValueOrDefault(file)?.ComputeSha256());
    }

    private IdxSplit ReadSplit(string folder, string images, string labels)
    {
        var split = IdxSplit.Read(folder, images, labels);
        return split with { Samples = IdxArrangement.Usual(split.Samples, layout, Printable.Of(IdxFileNames.Find(folder, labels) ?? labels)) };
    }

    private void CheckLabels(ImageSet samples, ClassList classes, bool isNamed, string file)
    {
        var bad = samples.Labels.IndexOfAnyExceptInRange((ushort)0, (ushort)(classes.Count - 1));
        if (bad >= 0)
        {
            var advice = isNamed ? $"name that class in {ClassesFile}, or correct the labels" : $"correct the file, or name your own classes in {ClassesFile}, a line for each label";
            throw new InvalidInputException(
                $"{file} has label {samples.Labels[bad] + layout.FirstLabel} at sample {bad} (counted from 0), but labels must be {layout.FirstLabel} to {layout.FirstLabel + classes.Count - 1}: {advice}.");
        }
    }

    private static ClassList? ReadClasses(string folder)
    {
        var path = Path.Combine(folder, ClassesFile);
        if (!File.Exists(path))
        {
            return null;
        }

        var text = InputFile.Read(path, file =>
        {
            InvalidInputException.Require(file.Length <= MostBytes, $"{Printable.Of(path)} has more than {MostBytes} bytes: give a short name to each class.");
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        });
        string[] names = [.. text.TrimEnd().Split('\n').Select(line => line.TrimEnd('\r').Trim())];
        InvalidInputException.Require(
            names.Length is >= 2 and <= ClassList.Most,
            $"{Printable.Of(path)} names {names.Length} class{(names.Length == 1 ? "" : "es")}: give 2 to {ClassList.Most.ToString("N0", CultureInfo.InvariantCulture)}, a line for each label.");
        var bad = Array.FindIndex(names, name => name.Length is 0 or > MostLetters || !Printable.Is(name));
        InvalidInputException.Require(
            bad < 0,
            $"Line {bad + 1} of {Printable.Of(path)} is empty, longer than {MostLetters} letters or cannot be shown: give a name to the class of label {bad}.");
        InvalidInputException.Require(
            names.Distinct(StringComparer.Ordinal).Count() == names.Length,
            $"{Printable.Of(path)} gives two classes the same name: give each class a name of its own.");
        return new ClassList(names);
    }
}
