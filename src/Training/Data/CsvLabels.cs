using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>The classes of the labels in CSV files.</summary>
internal static class CsvLabels
{
    /// <summary>
    /// Finds the classes and the label of each image. If all labels are whole numbers, they are the
    /// labels: the classes are the usual ones if these suffice, else they are numbered. Otherwise
    /// the labels are names, and the classes are the names in ordinal order.
    /// </summary>
    /// <param name="train">Content of the training split.</param>
    /// <param name="test">Content of the test split.</param>
    /// <param name="usual">The classes of the data set that the user named.</param>
    /// <param name="trainFile">The name of the file of the training split in messages.</param>
    /// <param name="testFile">The name of the file of the test split in messages.</param>
    /// <exception cref="InvalidInputException">
    /// A label is too large, there is only one class, or the test has a class that the training
    /// lacks.
    /// </exception>
    public static (ClassList Classes, (ushort[] Train, ushort[] Test) Labels) Of(
        CsvContent train, CsvContent test, ClassList usual, string trainFile, string testFile)
    {
        if (train.Names.Concat(test.Names).All(name => name.All(char.IsAsciiDigit)))
        {
            var (trainNumbers, testNumbers) = (Numbers(train, trainFile), Numbers(test, testFile));
            var count = Math.Max(2, trainNumbers.Concat(testNumbers).Max() + 1);
            var numbered = count <= usual.Count ? usual : ClassList.Numbered(count);
            return (numbered, (Map(train, trainNumbers), Map(test, testNumbers)));
        }

        string[] names = [.. train.Names.Order(StringComparer.Ordinal)];
        InvalidInputException.Require(names.Length >= 2, $"{trainFile} has one class only, {Printable.Of(names[0])}: give images of at least two classes.");
        var label = names.Select((name, at) => (name, at)).ToDictionary(pair => pair.name, pair => pair.at);
        var unknown = test.Names.FirstOrDefault(name => !label.ContainsKey(name));
        InvalidInputException.Require(
            unknown is null, $"{testFile} has the class {Printable.Of(unknown ?? "")}, which {trainFile} lacks: give training images of each class.");
        return (new ClassList(names), (Map(train, [.. train.Names.Select(name => label[name])]), Map(test, [.. test.Names.Select(name => label[name])])));
    }

    private static int[] Numbers(CsvContent content, string file)
    {
        var numbers = new int[content.Names.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            InvalidInputException.Require(
                int.TryParse(content.Names[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) && numbers[i] < ClassList.Most,
                $"Line {content.FirstLines[i]} of {file} has the label {Printable.Of(content.Names[i], 20)}, but labels must be 0 to {ClassList.Most - 1}: correct it.");
        }

        return numbers;
    }

    private static ushort[] Map(CsvContent content, int[] labels) => [.. content.Labels.Select(name => (ushort)labels[name])];
}
