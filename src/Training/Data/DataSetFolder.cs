using System.Globalization;

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// A folder with the files of a data set. A split is published if it equals the published one byte
/// for byte. Other splits are custom data in the format of MNIST. A split with the published number
/// of samples but another content is custom, with a note, only in a folder that the user has named;
/// in a folder that this program has filled, such a split is damaged.
/// </summary>
/// <param name="path">The folder.</param>
/// <param name="known">The data set that is expected there.</param>
/// <param name="catalogue">All data sets, to tell which of them the files belong to
/// instead.</param>
/// <param name="isNamed">Whether the user has named the folder.</param>
public sealed class DataSetFolder(string path, KnownDataSet known, DataSetCatalogue catalogue, bool isNamed = false)
{
    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>
    /// Whether the folder has the published test labels of the data set. They are its smallest
    /// file, and they suffice to tell data sets apart. Without a published checksum, a name that
    /// only this data set has suffices.
    /// </summary>
    internal bool IsIdentified
    {
        get
        {
            string? labels = IdxFileNames.Find(Path, known.Test.Labels.Name);
            return labels is not null && PublishedFileCheck.Compare(labels, known.Test.Labels, IdxKind.OfLabels(labels)) is var same && (same ?? known.Layout != IdxLayout.Standard);
        }
    }

    private string Name => Printable.Of(Path);

    /// <summary>Loads and verifies the files, and takes the images as they are.</summary>
    /// <exception cref="InvalidInputException">
    /// The folder or a file is missing or damaged, or belongs to another data set.
    /// </exception>
    public DataSet Load() => Load(size: null);

    /// <summary>Loads and verifies the files.</summary>
    /// <param name="size">
    /// The size that the images shall have; null to take them as they are.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// The folder or a file is missing or damaged, or belongs to another data set.
    /// </exception>
    public DataSet Load(ImageSize? size) => LoadAndCompare(size).DataSet;

    /// <summary>Like <see cref="Load(ImageSize?)"/>, but returns a problem as a value.</summary>
    internal DataSetInspection Inspect(ImageSize? size = null)
    {
        try
        {
            (DataSet dataSet, bool isPublished) = LoadAndCompare(size);
            return new DataSetInspection(isPublished ? DataSetStatus.Published : DataSetStatus.Custom, dataSet, Problem: null);
        }
        catch (InvalidInputException e)
        {
            bool incomplete = DataFormats.Of(Path, known.Layout).Missing(Path).Count > 0;
            return new DataSetInspection(incomplete ? DataSetStatus.Missing : DataSetStatus.Unusable, DataSet: null, e.Message);
        }
    }

    private (DataSet DataSet, bool IsPublished) LoadAndCompare(ImageSize? size)
    {
        try
        {
            return Compared(size);
        }
        catch (OutOfMemoryException e)
        {
            throw new InvalidInputException($"The images in {Name} do not fit into memory: give fewer or smaller ones.", e);
        }
    }

    private (DataSet DataSet, bool IsPublished) Compared(ImageSize? size)
    {
        var files = new FileComparison();
        IDataFormat format = FindFormat();
        DataContent content = format.Read(Path, known.Shape.Classes, size);
        Compare(content, known.Train, content.Train.Count, files);
        Compare(content, known.Test, content.Test.Count, files);
        var shape = new DataShape(content.Train.Sample, content.Classes, known.Shape.Normalisation);
        var dataSet = new DataSet(known.Name, shape, content.Train, content.Test, Path);
        bool isPublished = files.Same.Count == known.Files.Count
            && shape == known.Shape
            && content.Train.Count == known.Train.Count
            && content.Test.Count == known.Test.Count;
        DataSet found = isPublished ? dataSet : Custom(dataSet, format, files);
        return ((found with { Note = content.Note ?? found.Note }).Resized(size), isPublished);
    }

    /// <summary>The format of the folder, of which all files are there.</summary>
    private IDataFormat FindFormat()
    {
        string advice = $"give a folder that holds the four files of {known.Title}";
        if (!Directory.Exists(Path))
        {
            throw new InvalidInputException(
                string.IsNullOrWhiteSpace(Path) ? $"The name of the folder is empty: {advice}."
                : !File.Exists(Path) ? $"The folder {Name} does not exist: {advice}."
                : new FileInfo(Path).LinkTarget is null ? $"{Name} is a file: {advice}."
                : $"{Name} is a link that leads to no folder: {advice}.");
        }

        IDataFormat format = DataFormats.Of(Path, known.Layout);
        if (format.Missing(Path) is { Count: > 0 } missing)
        {
            throw new InvalidInputException(
                IsReadable() ? $"The folder {Name} lacks {string.Join(", ", missing)}{Advice(format)}"
                : $"The folder {Name} cannot be read: make it readable, or {advice}.");
        }

        return format;
    }

    /// <summary>The end of the sentence about missing files.</summary>
    private string Advice(IDataFormat format) => format.IsIn(Path)
        ? $" (plain or with .gz): give a folder that holds {format.Files}."
        : $" (plain or with .gz): give a folder that holds all four files of {known.Title}, or {DataFormats.Others}.";

    private bool IsReadable()
    {
        try
        {
            using IEnumerator<string> entries = Directory.EnumerateFileSystemEntries(Path).GetEnumerator();
            entries.MoveNext();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// Compares the checksums of a split that has the published number of samples. In a folder that
    /// the user has not named, a file with another content is an error.
    /// </summary>
    private void Compare(DataContent content, PublishedSplit published, int count, FileComparison files)
    {
        if (count == published.Count)
        {
            Compare(content, published.Images, files);
            Compare(content, published.Labels, files);
        }
    }

    private void Compare(DataContent content, PublishedFile file, FileComparison files)
    {
        if (content.Sha256Of(file.Name) is not { } sha256 || IdxFileNames.Find(Path, file.Name) is not { } found)
        {
            return;
        }

        bool? same = PublishedFileCheck.Compare(found, file, sha256);
        if (same is true)
        {
            files.Same.Add(file.Name);
            return;
        }

        string path = Printable.Of(found);
        if (catalogue.Owner(sha256) is { } other && other != known)
        {
            throw new InvalidInputException($"{path} is of {other.Title}, not of {known.Title}: choose the data set {other.Name} or another folder.");
        }

        if (same is null)
        {
            files.Unverified.Add(file.Name);
            return;
        }

        if (!isNamed)
        {
            throw new InvalidInputException(
                $"{path} has a checksum mismatch, {Difference(file, sha256)} as published: delete the file and fetch it again.");
        }

        files.Different.Add(file.Name);
    }

    private static string Difference(PublishedFile file, string sha256) => file.Sha256 is null
        ? $"its MD5 is not {file.CompressedMd5}"
        : $"its SHA-256 is {sha256} instead of {file.Sha256}";

    private DataSet Custom(DataSet dataSet, IDataFormat format, FileComparison files)
    {
        List<string> different = files.Different;
        string counts = string.Create(CultureInfo.InvariantCulture, $"{dataSet.Train.Count:N0} training and {dataSet.Test.Count:N0} test samples");
        if (different.Count == 0 && files.Unverified.Count > 0)
        {
            return dataSet with
            {
                Origin = $"{Path} ({known.Title}, not verified: {counts})",
                Note = $"{string.Join(", ", files.Unverified)} in {Name} cannot be verified, there is no published checksum {(known.Archive is null ? "of the uncompressed file" : "of it")}: "
                    + $"make sure that the files are those of {known.Title}.",
            };
        }

        return different.Count == 0
            ? dataSet with { Origin = $"{Path} (custom data in {format.Kind}: {counts})" }
            : dataSet with
            {
                Origin = $"{Path} (custom data in {format.Kind}, not the published {known.Title}: {counts})",
                Note = $"The data in {Name} are not the published {known.Title}, {string.Join(", ", different)} have its sizes and another content: "
                    + $"they are used as custom data, so fetch them again if they should be {known.Title}.",
            };
    }

    /// <summary>
    /// The names of the files that equal the published ones, differ, or cannot be compared.
    /// </summary>
    private sealed class FileComparison
    {
        public List<string> Same { get; } = [];

        public List<string> Different { get; } = [];

        public List<string> Unverified { get; } = [];
    }
}
