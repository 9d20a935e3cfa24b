using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The user's folder for data sets that were downloaded or generated. It may be deleted at any
/// time.
/// </summary>
/// <param name="root">The folder; made at the first write.</param>
public sealed class DataSetCache(string root)
{
    /// <summary>The folder that contains the folders of all data sets.</summary>
    public string Root { get; } = root;

    /// <summary>
    /// The cache of the user of this process, in <see cref="UserFolders.Cache"/>.
    /// </summary>
    public static DataSetCache ForUser() => new(UserFolders.Cache);

    /// <summary>The folder of one data set; it may not exist.</summary>
    public string FolderOf(string dataSetName) => Path.Combine(Root, dataSetName);

    /// <summary>Creates or replaces a file in the folder of a data set, atomically.</summary>
    /// <exception cref="InvalidInputException">The cache cannot be written.</exception>
    public void Write(string dataSetName, string fileName, Action<Stream> write)
    {
        PrivateFolder.MakeIfMissing(Root);
        AtomicFile.Write(Path.Combine(FolderOf(dataSetName), fileName), write);
    }

    /// <summary>Deletes a file from the folder of a data set if it exists.</summary>
    /// <exception cref="InvalidInputException">The cache cannot be written.</exception>
    public void Delete(string dataSetName, string fileName)
    {
        string path = Path.Combine(FolderOf(dataSetName), fileName);
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be deleted ({e.Message.TrimEnd('.')}): "
                + "delete it or make its folder writable.", e);
        }
    }
}
