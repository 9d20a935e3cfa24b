using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// PNG and JPEG pictures, one subfolder a class: <c>train/CLASS/*</c> and <c>test/CLASS/*</c>, or
/// only <c>CLASS/*</c>. In the second case every sixth picture of a class, in ordinal order of the
/// names, is a test image, which is nearly the ratio of MNIST. Classes are in ordinal order of
/// their names.
/// </summary>
public sealed class PictureFormat : IDataFormat
{
    private const string Train = "train";
    private const string Test = "test";
    private const int TestEvery = 6;
    private const int MostLetters = 100;

    /// <inheritdoc />
    public string Name => "pictures";

    /// <inheritdoc />
    public string Files => $"pictures in a subfolder for each class, in {Train} and in {Test}";

    /// <inheritdoc />
    public string Kind => "PNG and JPEG pictures";

    /// <inheritdoc />
    public bool IsIn(string folder)
    {
        try
        {
            return Directory.Exists(folder) && (PictureClass.AnyIn(folder) || IsSplit(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The caller says that a folder cannot be read.
            return false;
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Missing(string folder) =>
        IsSplit(folder) ? [.. new[] { Train, Test }.Where(split => !Directory.Exists(Path.Combine(folder, split)))] : [];

    /// <inheritdoc />
    public DataContent Read(string folder, ClassList usual, ImageSize? size)
    {
        try
        {
            return IsSplit(folder) ? ReadBoth(folder, size) : ReadOne(folder, size);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"A folder of pictures in {Printable.Of(folder)} cannot be read ({Printable.Of(e.Message.TrimEnd('.'))}): make it readable.", e);
        }
    }

    /// <summary>
    /// A folder is split if <c>train</c> or <c>test</c> has folders of pictures. A class may have
    /// one of these names.
    /// </summary>
    private static bool IsSplit(string folder) =>
        new[] { Train, Test }.Select(split => Path.Combine(folder, split)).Any(split => Directory.Exists(split) && PictureClass.AnyIn(split));

    private static DataContent ReadBoth(string folder, ImageSize? size)
    {
        var (train, test) = (PictureClass.In(Path.Combine(folder, Train)), PictureClass.In(Path.Combine(folder, Test)));
        var classes = Classes(train, Path.Combine(folder, Train));
        var unknown = test.FirstOrDefault(known => known.Files.Count > 0 && !classes.Names.Contains(known.Name));
        InvalidInputException.Require(
            unknown is null,
            $"{Printable.Of(folder)} has the class {Printable.Of(unknown?.Name ?? "")} in {Test} and not in {Train}: give pictures of each class in {Train}.");
        InvalidInputException.Require(
            test.Any(known => known.Files.Count > 0), $"{Printable.Of(Path.Combine(folder, Test))} has no pictures: give PNG or JPEG files in a subfolder for each class.");
        var labels = classes.Names.Select((name, label) => (name, label)).ToDictionary(pair => pair.name, pair => pair.label);
        return Content(
            [.. train.Select(known => (known.Files, labels[known.Name]))],
            [.. test.Where(known => known.Files.Count > 0).Select(known => (known.Files, labels[known.Name]))],
            classes,
            size,
            note: null);
    }

    private static DataContent ReadOne(string folder, ImageSize? size)
    {
        var all = PictureClass.In(folder);
        var classes = Classes(all, folder);
        InvalidInputException.Require(
            all.Any(known => known.Files.Count >= TestEvery),
            $"{Printable.Of(folder)} has fewer than {TestEvery} pictures of each class, so that none is left for the test: give more pictures, or a folder {Test} beside {Train}.");
        return Content(
            [.. all.Select((known, label) => (Part(known, isTest: false), label))],
            [.. all.Select((known, label) => (Part(known, isTest: true), label))],
            classes,
            size,
            $"{Printable.Of(folder)} has no folders {Train} and {Test}: every {TestEvery}th picture of a class, in the order of the names, is a test image.");
    }

    private static IReadOnlyList<string> Part(PictureClass all, bool isTest) =>
        [.. all.Files.Where((_, number) => number % TestEvery == TestEvery - 1 == isTest)];

    private static ClassList Classes(IReadOnlyList<PictureClass> classes, string folder)
    {
        var name = Printable.Of(folder);
        InvalidInputException.Require(
            classes.Count is >= 2 and <= ClassList.Most,
            $"{name} has {classes.Count} class{(classes.Count == 1 ? "" : "es")}: give pictures in 2 to {ClassList.Most.ToString("N0", CultureInfo.InvariantCulture)} subfolders, one for each class.");
        var empty = classes.FirstOrDefault(known => known.Files.Count == 0);
        InvalidInputException.Require(
            empty is null, $"The folder {Printable.Of(empty?.Name ?? "")} in {name} has no pictures: give PNG or JPEG files of that class, or remove the folder.");
        var bad = classes.FirstOrDefault(known => known.Name.Length > MostLetters || !Printable.Is(known.Name));
        InvalidInputException.Require(
            bad is null, $"The folder {Printable.Of(bad?.Name ?? "")} in {name} has a name that is longer than {MostLetters} letters or cannot be shown: give it another one.");
        return new ClassList(classes.Select(known => known.Name));
    }

    private static DataContent Content(
        (IReadOnlyList<string> Files, int Label)[] train, (IReadOnlyList<string> Files, int Label)[] test, ClassList classes, ImageSize? size, string? note)
    {
        var (trainSplit, testSplit) = (new PictureSplit(), new PictureSplit());
        foreach (var (files, split) in (((string Path, int Label)[], PictureSplit)[])[(PictureOrder.Of(train), trainSplit), (PictureOrder.Of(test), testSplit)])
        {
            InvalidInputException.Require(
                files.Length <= IdxFile.MaximumCount, $"There are {files.Length} pictures in a split: give at most {IdxFile.MaximumCount.ToString("N0", CultureInfo.InvariantCulture)}.");
            foreach (var (path, label) in files)
            {
                split.Add(path, label, size, trainSplit.First);
            }
        }

        var channels = trainSplit.IsColoured || testSplit.IsColoured ? 3 : 1;
        return new DataContent(trainSplit.ToImageSet(channels), testSplit.ToImageSet(channels), classes, _ => null) { Note = note };
    }
}
