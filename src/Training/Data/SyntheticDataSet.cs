using System.Security.Cryptography;
using System.Text;

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The synthetic data set. It is generated once and then read from the cache. The cache has four
/// IDX files and the digest of the data. Files that do not have this digest are generated again.
/// </summary>
/// <param name="generator">Generates the samples.</param>
/// <param name="cache">Keeps the samples.</param>
public sealed class SyntheticDataSet(SyntheticGenerator generator, DataSetCache cache)
{
    private const string DigestFile = "digest";

    private readonly string _cacheName = $"{DataSetCatalogue.Synthetic}-{generator.Version}";

    /// <summary>The folder of the data set in the cache.</summary>
    internal string Folder => cache.FolderOf(_cacheName);

    /// <summary>
    /// Reads the data set from the cache, or generates it. If the cache cannot be written, the next
    /// run must generate the samples again; <see cref="DataSet.Origin"/> then gives the reason.
    /// </summary>
    public DataSet Load()
    {
        if (Inspect().DataSet is DataSet cached)
        {
            return cached;
        }

        DataSet made = Make();
        try
        {
            Store(made);
            return made;
        }
        catch (InvalidInputException e)
        {
            return made with { Origin = $"{made.Origin}, not kept in the cache: {e.Message}" };
        }
    }

    /// <summary>Checks the files in the cache, and generates nothing.</summary>
    internal DataSetInspection Inspect()
    {
        string digestPath = Path.Combine(Folder, DigestFile);
        if (!File.Exists(digestPath) || IdxLayout.Standard.Missing(Folder).Count > 0)
        {
            return new DataSetInspection(DataSetStatus.Missing, DataSet: null, Problem: null);
        }

        try
        {
            DataContent content = new IdxFormat(IdxLayout.Standard).Read(Folder, Recipe.Digits, size: null);
            var dataSet = new DataSet(DataSetCatalogue.Synthetic, Recipe.Data, content.Train, content.Test, $"generated, kept in {Folder}");
            return dataSet.Digest == ReadDigest(digestPath)
                ? new DataSetInspection(DataSetStatus.Generated, dataSet, Problem: null)
                : Unusable($"The files in {Folder} are not those that were generated: load the data set to make them again.");
        }
        catch (InvalidInputException e)
        {
            return Unusable(e.Message);
        }
    }

    private static DataSetInspection Unusable(string problem) => new(DataSetStatus.Unusable, DataSet: null, problem);

    private DataSet Make()
    {
        (ImageSet train, ImageSet test) = generator.Generate();
        return new DataSet(DataSetCatalogue.Synthetic, Recipe.Data, train, test, "generated");
    }

    private void Store(DataSet made)
    {
        cache.Write(_cacheName, IdxFileNames.TrainImages, file => IdxFile.WriteImages(file, made.Train));
        cache.Write(_cacheName, IdxFileNames.TrainLabels, file => IdxFile.WriteLabels(file, made.Train));
        cache.Write(_cacheName, IdxFileNames.TestImages, file => IdxFile.WriteImages(file, made.Test));
        cache.Write(_cacheName, IdxFileNames.TestLabels, file => IdxFile.WriteLabels(file, made.Test));
        cache.Write(_cacheName, DigestFile, file => file.Write(Encoding.ASCII.GetBytes(made.Digest)));
    }

    private static string ReadDigest(string path) => InputFile.Read(path, file =>
    {
        byte[] digest = new byte[2 * SHA256.HashSizeInBytes];
        int read = file.ReadAtLeast(digest, digest.Length, throwOnEndOfStream: false);
        return Encoding.ASCII.GetString(digest, 0, read);
    });
}
