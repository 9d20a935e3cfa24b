using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Knows where to look for a published data set, in this order: the folder given with the command and no other; else
/// <c>$MNIST_DATA</c> and no other; else the cache, then the folder of the operating system's package.
/// <c>$MNIST_DATA</c> is meant for MNIST, which must be there when it is set; for another data set it counts only when
/// the folder evidently holds that one, by its test labels.
/// </summary>
internal sealed class DataSetPlaces(DataSetCatalogue catalogue, DataSetCache cache, Func<string, string?> environment)
{
    public const string Variable = "MNIST_DATA";

    private const string VariableOwner = "mnist";

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

        DataSetFolder NamedFolderAt(string folder) => new(IdxFileNames.Below(folder, known.TorchvisionName), known, catalogue, isNamed: true);
    }
}
