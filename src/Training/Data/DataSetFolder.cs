using System.Globalization;

using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// A folder with the four files of a data set. A split of the published size must be the published one, byte for byte;
/// any other size is custom data in the format of MNIST.
/// </summary>
/// <param name="path">The folder.</param>
/// <param name="known">The data set expected there.</param>
/// <param name="catalogue">All data sets, to tell which one the files are of instead.</param>
public sealed class DataSetFolder(string path, KnownDataSet known, DataSetCatalogue catalogue)
{
    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>Whether the folder has the published test labels of the data set, the smallest of its files: enough to
    /// tell data sets apart.</summary>
    internal bool IsIdentified
    {
        get
        {
            string? labels = IdxFileNames.Find(Path, known.Test.Labels.Name);
            return labels is not null && PublishedFileCheck.Matches(labels, known.Test.Labels, IdxKind.Labels);
        }
    }

    /// <summary>Loads and verifies the four files.</summary>
    /// <exception cref="InvalidInputException">The folder or a file is missing, damaged, or not of this data set.</exception>
    public DataSet Load()
    {
        if (!Directory.Exists(Path))
        {
            throw new InvalidInputException($"The folder {Path} does not exist: give a folder that holds the four files of {known.Title}.");
        }

        if (IdxFileNames.Missing(Path) is { Count: > 0 } missing)
        {
            throw new InvalidInputException($"The folder {Path} lacks {string.Join(", ", missing)} (plain or with .gz): "
                + $"give a folder that holds all four files of {known.Title}.");
        }

        ImageSet train = LoadSplit(known.Train);
        ImageSet test = LoadSplit(known.Test);
        var dataSet = new DataSet(known.Name, train, test, Path, DataSetDigest.Compute(train, test));
        return known.Matches(dataSet) ? dataSet : dataSet with { Origin = DescribeCustom(dataSet) };
    }

    /// <summary>Like <see cref="Load"/>, with what is wrong as a value.</summary>
    internal DataSetInspection Inspect()
    {
        try
        {
            DataSet dataSet = Load();
            return new DataSetInspection(known.Matches(dataSet) ? DataSetStatus.Published : DataSetStatus.Custom, dataSet, Problem: null);
        }
        catch (InvalidInputException e)
        {
            bool incomplete = IdxFileNames.Missing(Path).Count > 0;
            return new DataSetInspection(incomplete ? DataSetStatus.Missing : DataSetStatus.Unusable, DataSet: null, e.Message);
        }
    }

    private ImageSet LoadSplit(PublishedSplit published)
    {
        IdxSplit split = IdxSplit.Read(Path, published.Images.Name, published.Labels.Name);
        if (split.Images.Count == published.Count)
        {
            Verify(split.Images, published.Images);
            Verify(split.Labels, published.Labels);
        }

        return split.ToImageSet();
    }

    private void Verify(IdxContent content, PublishedFile file)
    {
        string sha256 = content.ComputeSha256();
        if (sha256 == file.Sha256)
        {
            return;
        }

        string? path = IdxFileNames.Find(Path, file.Name);
        throw new InvalidInputException(catalogue.Owner(sha256) switch
        {
            KnownDataSet other when other != known => $"{path} is of {other.Title}, not of {known.Title}: "
                + $"choose the data set {other.Name} or another folder.",
            _ => $"{path} has a checksum mismatch, its SHA-256 is {sha256} instead of {file.Sha256} as published: "
                + "delete the file and fetch it again.",
        });
    }

    private string DescribeCustom(DataSet dataSet) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Path} (custom data in MNIST format: {dataSet.Train.Count:N0} training and {dataSet.Test.Count:N0} test samples)");
}
