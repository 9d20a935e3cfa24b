using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Gets data sets by name. If the user names a folder, with the command or by <c>$MNIST_DATA</c>,
/// the data set comes from there. Else it comes from the cache, else from the package of the
/// operating system, else it is downloaded into the cache.
/// </summary>
public sealed class DataSetLoader
{
    private readonly DataSetCatalogue _catalogue;
    private readonly DataSetCache _cache;
    private readonly DataSetDownload _download;
    private readonly DataSetPlaces _places;
    private readonly SyntheticDataSet _synthetic;

    /// <summary>Makes a loader from its parts.</summary>
    /// <param name="catalogue">The published data sets.</param>
    /// <param name="cache">Keeps downloaded and generated data sets.</param>
    /// <param name="download">Downloads data sets that are nowhere on this machine.</param>
    /// <param name="generator">Makes the synthetic data set.</param>
    /// <param name="environment">Returns the value of an environment variable.</param>
    public DataSetLoader(
        DataSetCatalogue catalogue,
        DataSetCache cache,
        DataSetDownload download,
        SyntheticGenerator generator,
        Func<string, string?> environment)
    {
        _catalogue = catalogue;
        _cache = cache;
        _download = download;
        _places = new DataSetPlaces(catalogue, cache, environment);
        _synthetic = new SyntheticDataSet(generator, cache);
    }

    /// <summary>Loads a data set that the caller cannot do without.</summary>
    /// <param name="name">One of <see cref="DataSetCatalogue.Names"/>.</param>
    /// <param name="dataFolder">
    /// The folder with the data set. Null: search the usual places, and download if none has it.
    /// </param>
    /// <param name="size">
    /// The size that the images shall have; null to take them as they are.
    /// </param>
    /// <param name="progress">Receives the progress of downloads, or null.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidInputException">
    /// The name is unknown, a folder that the user named lacks the data set, or the data set is
    /// nowhere and cannot be downloaded.
    /// </exception>
    public async Task<DataSet> LoadAsync(
        string name, string? dataFolder = null, ImageSize? size = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        DataSetResult result = await FindAsync(name, dataFolder, size, progress, cancellation);
        return result.DataSet ?? throw new InvalidInputException(result.Unavailable!, [nameof(TrainingPlan.DataFolder)]);
    }

    /// <summary>
    /// Like <see cref="LoadAsync"/>, for callers that can do without the data set. If it is nowhere
    /// and cannot be downloaded, the result says so as a value.
    /// </summary>
    /// <param name="name">One of <see cref="DataSetCatalogue.Names"/>.</param>
    /// <param name="dataFolder">
    /// The folder with the data set. Null: search the usual places, and download if none has it.
    /// </param>
    /// <param name="size">
    /// The size that the images shall have; null to take them as they are.
    /// </param>
    /// <param name="progress">Receives the progress of downloads, or null.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidInputException">
    /// The name is unknown, or a folder that the user named lacks the data set. These are mistakes
    /// of the user, so every caller must report them.
    /// </exception>
    public async Task<DataSetResult> FindAsync(
        string name, string? dataFolder = null, ImageSize? size = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (name == DataSetCatalogue.Synthetic)
        {
            return dataFolder is null
                ? new DataSetResult(_synthetic.Load().Resized(size), Unavailable: null)
                : throw new InvalidInputException($"The data set {name} is generated and takes no folder: "
                    + "leave out DataFolder or choose another data set.",
                    [nameof(TrainingPlan.DataFolder)]);
        }

        KnownDataSet known = _catalogue.Find(name);
        foreach (DataSetPlace place in _places.For(known, dataFolder))
        {
            DataSetInspection inspection = place.Folder.Inspect(size);
            if (place.Accepts(inspection.Status))
            {
                return new DataSetResult(inspection.DataSet, Unavailable: null);
            }

            if (place.Setting is not null)
            {
                throw new InvalidInputException($"{place.Setting}: {inspection.Problem}", [nameof(TrainingPlan.DataFolder), nameof(TrainingPlan.ImageSize)]);
            }
        }

        return await DownloadAsync(known, size, progress, cancellation);
    }

    /// <summary>
    /// Finds out where each known data set is on this machine. It reads and verifies the files, and
    /// downloads, generates and writes nothing.
    /// </summary>
    /// <param name="dataFolder">
    /// The folder to search for the published data sets. Null: search the usual places.
    /// </param>
    /// <param name="size">
    /// The size that the images shall have; null to take them as they are.
    /// </param>
    public IReadOnlyList<DataSetLocation> Locate(string? dataFolder = null, ImageSize? size = null)
    {
        DataSetInspection synthetic = _synthetic.Inspect();
        return
        [
            .. Asked(dataFolder).Select(known => Locate(known, dataFolder, size)),
            DataSetLocation.Of(DataSetCatalogue.Synthetic, _synthetic.Folder, synthetic),
        ];
    }

    /// <summary>
    /// The data sets that a folder may have, by the names of its files. Any data set may be called
    /// by the name of the first one.
    /// </summary>
    private IEnumerable<KnownDataSet> Asked(string? dataFolder)
    {
        KnownDataSet[] there = [.. _catalogue.Known.Where(known => dataFolder is null || DataSetPlaces.HasFiles(known, dataFolder))];
        return there.Length > 0 ? there : _catalogue.Known.Take(1);
    }

    private DataSetLocation Locate(KnownDataSet known, string? dataFolder, ImageSize? size)
    {
        DataSetLocation answer = DataSetLocation.Missing(known.Name);
        foreach (DataSetPlace place in _places.For(known, dataFolder))
        {
            DataSetInspection inspection = place.Folder.Inspect(size);
            var location = DataSetLocation.Of(known.Name, place.Folder.Path, inspection);
            if (place.Accepts(inspection.Status))
            {
                return location;
            }

            bool tells = place.Setting is not null || inspection.Status is DataSetStatus.Unusable;
            answer = tells && answer.Problem is null ? location : answer;
        }

        return answer;
    }

    private async Task<DataSetResult> DownloadAsync(
        KnownDataSet known, ImageSize? size, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (known.Archive is { } archive)
        {
            return new DataSetResult(
                DataSet: null,
                $"{known.Title} is not on this machine, and this program does not download its archive: unpack {archive}, "
                    + $"and name the folder with DataFolder or {DataSetPlaces.Variable}.");
        }

        string? failure = await _download.FetchAsync(known, _cache, progress, cancellation);
        return failure is null
            ? new DataSetResult(new DataSetFolder(_cache.FolderOf(known.Name), known, _catalogue).Load(size), Unavailable: null)
            : new DataSetResult(
                DataSet: null,
                $"{known.Title} is not on this machine and could not be downloaded ({failure}): check the network, "
                    + $"or name a folder that has its files with DataFolder or {DataSetPlaces.Variable}.");
    }
}
