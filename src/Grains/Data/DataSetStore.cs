using System.Collections.Concurrent;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Grains.Data;

/// <summary>The data sets a silo has loaded; runs on the same data share the bytes.</summary>
/// <param name="load">Loads a data set by name, from a folder or from where it is usually found.</param>
public sealed class DataSetStore(Func<string, string?, Task<DataSet>> load)
{
    private readonly ConcurrentDictionary<(string Name, string? Folder), Lazy<Task<DataSet>>> _loaded = [];

    /// <summary>Loads a data set, once. A failure is not remembered.</summary>
    public async Task<DataSet> Load(string name, string? folder)
    {
        var key = (name, folder);
        var loading = _loaded.GetOrAdd(key, static (k, load) => new(() => Task.Run(() => load(k.Name, k.Folder))), load);
        try
        {
            return await loading.Value;
        }
        catch
        {
            _loaded.TryRemove(new(key, loading));
            throw;
        }
    }
}
