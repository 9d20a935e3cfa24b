using System.Collections.Concurrent;
using Orleans.Serialization;
using Orleans.Storage;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// Grain storage in the memory of the process, for a cluster of one silo. The immutable parts of a
/// state, which are nearly all of it, are kept without a copy. The in-memory storage of Orleans
/// would serialize them, and would copy the bytes one by one on the way to a grain and back.
/// </summary>
public sealed class ProcessStorage(DeepCopier copier) : IGrainStorage
{
    private readonly ConcurrentDictionary<(string State, GrainId Grain), (object? Contents, string ETag)> _stored = [];

    /// <inheritdoc />
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_stored.TryGetValue((stateName, grainId), out var stored))
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = (copier.Copy((T)stored.Contents!), stored.ETag, true);
        }
        else
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null!, false);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    /// <exception cref="InconsistentStateException">
    /// Another activation has written since the state was read.
    /// </exception>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        (object? Contents, string ETag) next = (copier.Copy(grainState.State), Guid.NewGuid().ToString("n"));
        var written = _stored.AddOrUpdate(
            (stateName, grainId),
            _ => grainState.ETag is null ? next : throw Inconsistent("nothing", grainState.ETag),
            (_, stored) => stored.ETag == grainState.ETag ? next : throw Inconsistent(stored.ETag, grainState.ETag));
        (grainState.ETag, grainState.RecordExists) = (written.ETag, true);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    /// <exception cref="InconsistentStateException">
    /// Another activation has written since the state was read.
    /// </exception>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_stored.TryGetValue((stateName, grainId), out var stored)
            && !(stored.ETag == grainState.ETag && _stored.TryRemove(new((stateName, grainId), stored))))
        {
            throw Inconsistent(stored.ETag, grainState.ETag);
        }

        (grainState.ETag, grainState.RecordExists) = (null!, false);
        return Task.CompletedTask;
    }

    private static InconsistentStateException Inconsistent(string stored, string? given) => new("The state was written by another activation.", stored, given ?? "none");
}
