using System.Collections.Concurrent;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Grains.Data;

/// <summary>
/// The data sets that a silo has loaded, by place (name, folder, size of the images) and content. A
/// place is read again only if a plan asks for other content than was read there. Data sets with
/// equal content share their memory, whatever their places are.
/// </summary>
/// <param name="load">
/// Loads a data set by name, from a folder or from the default folders, with images of a size or as
/// they are.
/// </param>
public sealed class DataSetStore(Func<string, string?, ImageSize?, Task<DataSet>> load)
{
    private readonly ConcurrentDictionary<(string Name, string? Folder, ImageSize? Size), Lazy<Task<DataSet>>> _places = [];
    private readonly Dictionary<string, (WeakReference<ImageSet> Train, WeakReference<ImageSet> Test)> _contents = [];
    private readonly Lock _lock = new();

    /// <summary>
    /// Loads a data set, or returns the one that has been loaded already. A failure is not kept, so
    /// the next call tries again.
    /// </summary>
    /// <param name="name">The name of the data set.</param>
    /// <param name="folder">The folder; null for the default folders.</param>
    /// <param name="digest">
    /// The digest of the content that the caller wants; empty when any content will do.
    /// </param>
    /// <param name="size">
    /// The size that the images shall have; null to take them as they are.
    /// </param>
    /// <returns>
    /// The data at the place. If its digest differs from the wanted one, the place was read again
    /// for this call and still has other content.
    /// </returns>
    public async Task<DataSet> Load(string name, string? folder, string digest, ImageSize? size = null)
    {
        var place = (name, folder, size);
        var own = Reading(place);
        var reading = _places.GetOrAdd(place, own);
        var data = await Result(place, reading);
        if (reading == own || digest.Length == 0 || data.Digest == digest)
        {
            return data;
        }

        // The files may have changed since they were read. If several callers find this at the same
        // time, the first one reads for all of them.
        return await Result(place, _places.TryUpdate(place, own, reading) ? own : _places.GetOrAdd(place, own));
    }

    private Lazy<Task<DataSet>> Reading((string Name, string? Folder, ImageSize? Size) place) => new(() => Task.Run(async () => Share(await load(place.Name, place.Folder, place.Size))));

    private async Task<DataSet> Result((string Name, string? Folder, ImageSize? Size) place, Lazy<Task<DataSet>> reading)
    {
        try
        {
            return await reading.Value;
        }
        catch
        {
            _places.TryRemove(new(place, reading));
            throw;
        }
    }

    /// <summary>
    /// The same data set, with the memory of a data set that is in use and has the same content.
    /// </summary>
    private DataSet Share(DataSet data)
    {
        lock (_lock)
        {
            foreach (var (digest, _) in _contents.Where(content => !content.Value.Train.TryGetTarget(out _)).ToArray())
            {
                _contents.Remove(digest);
            }

            if (_contents.TryGetValue(data.Digest, out var known) && known.Train.TryGetTarget(out var train) && known.Test.TryGetTarget(out var test))
            {
                return data with { Train = train, Test = test };
            }

            _contents[data.Digest] = (new(data.Train), new(data.Test));
            return data;
        }
    }
}
