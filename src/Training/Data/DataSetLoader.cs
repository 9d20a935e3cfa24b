using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Data;

/// <summary>
/// Gets data sets by name: from a folder the user names (with the command or by <c>$MNIST_DATA</c>), else from the
/// cache, else from the operating system's package, else from the web into the cache.
/// </summary>
public sealed class DataSetLoader
{
    private readonly DataSetCatalogue _catalogue;
    private readonly DataSetCache _cache;
    private readonly DataSetDownload _download;
    private readonly DataSetPlaces _places;
    private readonly SyntheticDataSet _synthetic;

    /// <summary>Puts the loader together.</summary>
    /// <param name="catalogue">The published data sets.</param>
    /// <param name="cache">Keeps what was downloaded or generated.</param>
    /// <param name="download">Fetches what is nowhere else.</param>
    /// <param name="generator">Makes the synthetic data set.</param>
    /// <param name="environment">Looks up an environment variable.</param>
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

    /// <summary>Loads a data set that must be had.</summary>
    /// <param name="name">One of <see cref="DataSetCatalogue.Names"/>.</param>
    /// <param name="dataFolder">The folder to take it from; null to look in the usual places and to download.</param>
    /// <param name="progress">Told of downloads; may be null.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidInputException">The name is unknown, a folder named by the user has not the data set, or
    /// it can be had nowhere.</exception>
    public async Task<DataSet> LoadAsync(
        string name, string? dataFolder = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        DataSetResult result = await FindAsync(name, dataFolder, progress, cancellation);
        return result.DataSet ?? throw new InvalidInputException(result.Unavailable!, [nameof(TrainingPlan.DataFolder)]);
    }

    /// <summary>Like <see cref="LoadAsync"/> for callers that can do without: that a data set is nowhere here and
    /// cannot be downloaded is a value.</summary>
    /// <exception cref="InvalidInputException">The name is unknown, or a folder named by the user has not the data set:
    /// a mistake to report, whatever the caller could do without.</exception>
    public async Task<DataSetResult> FindAsync(
        string name, string? dataFolder = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (name == DataSetCatalogue.Synthetic)
        {
            return dataFolder is null
                ? new DataSetResult(_synthetic.Load(), Unavailable: null)
                : throw new InvalidInputException($"The data set {name} is generated and takes no folder: "
                    + "leave out DataFolder or choose another data set.",
                    [nameof(TrainingPlan.DataFolder)]);
        }

        KnownDataSet known = _catalogue.Find(name);
        foreach (DataSetPlace place in _places.For(known, dataFolder))
        {
            DataSetInspection inspection = place.Folder.Inspect();
            if (place.Accepts(inspection.Status))
            {
                return new DataSetResult(inspection.DataSet, Unavailable: null);
            }

            if (place.Setting is not null)
            {
                throw new InvalidInputException($"{place.Setting}: {inspection.Problem}", [nameof(TrainingPlan.DataFolder)]);
            }
        }

        return await DownloadAsync(known, progress, cancellation);
    }

    /// <summary>
    /// Tells for every known data set where it is on this machine, reading and verifying what is there; nothing is
    /// downloaded, generated or written.
    /// </summary>
    /// <param name="dataFolder">The folder to look in for the published ones; null for the usual places.</param>
    public IReadOnlyList<DataSetLocation> Locate(string? dataFolder = null)
    {
        DataSetInspection synthetic = _synthetic.Inspect();
        return
        [
            .. _catalogue.Known.Select(known => Locate(known, dataFolder)),
            DataSetLocation.Of(DataSetCatalogue.Synthetic, _synthetic.Folder, synthetic),
        ];
    }

    private DataSetLocation Locate(KnownDataSet known, string? dataFolder)
    {
        DataSetLocation answer = DataSetLocation.Missing(known.Name);
        foreach (DataSetPlace place in _places.For(known, dataFolder))
        {
            DataSetInspection inspection = place.Folder.Inspect();
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
        KnownDataSet known, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        string? failure = await _download.FetchAsync(known, _cache, progress, cancellation);
        return failure is null
            ? new DataSetResult(new DataSetFolder(_cache.FolderOf(known.Name), known, _catalogue).Load(), Unavailable: null)
            : new DataSetResult(
                DataSet: null,
                $"{known.Title} is not on this machine and could not be downloaded ({failure}): check the network, "
                    + $"or name a folder that has its files with DataFolder or {DataSetPlaces.Variable}.");
    }
}
