using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Lists the folders to search for a published data set. If the command names a folder, it is the
/// only one. Else, if <c>$MNIST_DATA</c> names a folder, it is the only one. Else the folders are
/// the cache and the folder of the operating system's package, in this order. <c>$MNIST_DATA</c> is
/// meant for MNIST, which must be there if the variable is set. For another data set the variable
/// counts only if the folder has the published test labels of that data set.
/// </summary>
internal sealed class DataSetPlaces(DataSetCatalogue catalogue, DataSetCache cache, Func<string, string?> environment)
{
    /// <summary>The environment variable that names a folder of data.</summary>
    public const string Variable = "MNIST_DATA";

    private const string VariableOwner = "mnist";

    /// <summary>Whether a folder has IDX files with the names of a data set.</summary>
    public static bool HasFiles(KnownDataSet known, string folder) => known.Layout.IsIn(known.Layout.Below(folder, known.TorchvisionName));

    /// <summary>Lists the folders to search, in order.</summary>
    /// <param name="known">The data set.</param>
    /// <param name="dataFolder">The folder that the command names, or null.</param>
    public IReadOnlyList<DataSetPlace> For(KnownDataSet known, string? dataFolder)
    {
        if (dataFolder is not null)
        {
            return [new DataSetPlace(NamedFolderAt(dataFolder), nameof(TrainingPlan.DataFolder))];
        }

        if (environment(Variable) is { Length: > 0 } path && NamedFolderAt(path) is var named
            && (known.Name == VariableOwner || named.IsIdentified))
        {
            return [new DataSetPlace(named, $"environment variable {Variable}")];
        }

        string[] folders = known.SystemFolder is null ? [cache.FolderOf(known.Name)] : [cache.FolderOf(known.Name), known.SystemFolder];
        return [.. folders.Select(folder => new DataSetPlace(FolderAt(folder), Setting: null))];

        DataSetFolder FolderAt(string folder) => new(folder, known, catalogue);

        DataSetFolder NamedFolderAt(string folder) => new(known.Layout.Below(folder, known.TorchvisionName), known, catalogue, isNamed: true);
    }
}
