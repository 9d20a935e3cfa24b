using System.Collections.Concurrent;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Grains.Data;

/// <summary>
/// The data sets a silo has loaded. They are known by their content: what was read from a place counts until other content is asked for from there, and equal contents
/// share their bytes, whatever places they come from.
/// </summary>
/// <param name="load">Loads a data set by name, from a folder or from where it is usually found.</param>
public sealed class DataSetStore(Func<string, string?, Task<DataSet>> load)
{
    private readonly ConcurrentDictionary<(string Name, string? Folder), Lazy<Task<DataSet>>> _places = [];
    private readonly Dictionary<string, (WeakReference<ImageSet> Train, WeakReference<ImageSet> Test)> _contents = [];
    private readonly Lock _lock = new();

    /// <summary>Loads a data set, or gives the one that has been loaded. A failure is not remembered.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="folder">The folder; null for the usual places.</param>
    /// <param name="digest">The content that is wanted; empty when any will do.</param>
    /// <returns>What the place holds: if the content is another one than is wanted, it still was when the place was looked at again.</returns>
    public async Task<DataSet> Load(string name, string? folder, string digest)
    {
        var place = (name, folder);
        var own = Reading(place);
        var reading = _places.GetOrAdd(place, own);
        var data = await Result(place, reading);
        if (reading == own || digest.Length == 0 || data.Digest == digest)
        {
            return data;
        }

        // The files may have been replaced since. Of several that find this at once, the first reads again for all.
        return await Result(place, _places.TryUpdate(place, own, reading) ? own : _places.GetOrAdd(place, own));
    }

    private Lazy<Task<DataSet>> Reading((string Name, string? Folder) place) => new(() => Task.Run(async () => Share(await load(place.Name, place.Folder))));

    private async Task<DataSet> Result((string Name, string? Folder) place, Lazy<Task<DataSet>> reading)
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

    /// <summary>The same data set, with the bytes of one that is in use and has the same content.</summary>
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
