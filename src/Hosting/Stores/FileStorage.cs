using System.Collections.Concurrent;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;
using Orleans.Storage;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// Grain storage of a cluster of one silo: some states are in files, the others in the memory of
/// the process. After the end of the process, another one reads the files. A file that cannot be
/// written does not disturb the grains, because a full disk must not stop a training: the state is
/// then kept in memory.
/// </summary>
/// <param name="files">The files.</param>
/// <param name="memory">The memory, for states without a file.</param>
/// <param name="serializer">The stored form, which is the same in every store.</param>
public sealed class FileStorage(StateFiles files, ProcessStorage memory, IGrainStorageSerializer serializer) : IGrainStorage, IDisposable
{
    private readonly ConcurrentDictionary<string, string> _tags = [];
    private readonly ConcurrentDictionary<string, BinaryData> _unwritten = [];
    private readonly ConcurrentDictionary<GrainId, Task> _flushing = [];

    /// <inheritdoc />
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (PathOf(stateName, grainId) is not { } path)
        {
            await memory.ReadStateAsync(stateName, grainId, grainState);
            return;
        }

        var stored = _unwritten.TryGetValue(path, out var kept) ? kept : File.Exists(path) ? new BinaryData(await File.ReadAllBytesAsync(path)) : null;
        grainState.State = stored is null ? Activator.CreateInstance<T>() : serializer.Deserialize<T>(stored);
        grainState.ETag = stored is null ? null : _tags.GetOrAdd(path, _ => NewTag());
        grainState.RecordExists = stored is not null;
    }

    /// <inheritdoc />
    /// <exception cref="InconsistentStateException">
    /// Another activation has written since the state was read.
    /// </exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (PathOf(stateName, grainId) is not { } path)
        {
            await memory.WriteStateAsync(stateName, grainId, grainState);
            return;
        }

        RequireTag(path, grainState.ETag);
        (grainState.ETag, grainState.RecordExists) = (_tags[path] = NewTag(), true);
        var stored = serializer.Serialize(grainState.State);

        // The disk is to have the state before this one, which is in the other place of a run.
        await FlushingOf(grainId);
        _flushing[grainId] = TryToWrite(path, stored) ? Task.Run(() => Flush(path)) : Task.CompletedTask;
    }

    /// <inheritdoc />
    /// <exception cref="InconsistentStateException">
    /// Another activation has written since the state was read.
    /// </exception>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (PathOf(stateName, grainId) is not { } path)
        {
            await memory.ClearStateAsync(stateName, grainId, grainState);
            return;
        }

        RequireTag(path, grainState.ETag);
        await FlushingOf(grainId);
        File.Delete(path);
        _tags.TryRemove(path, out _);
        _unwritten.TryRemove(path, out _);
        (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);
    }

    /// <summary>Waits until the disk has all states.</summary>
    public void Dispose() => Task.WaitAll([.. _flushing.Values]);

    private Task FlushingOf(GrainId grain) => _flushing.GetValueOrDefault(grain, Task.CompletedTask);

    private static string NewTag() => Guid.NewGuid().ToString("n");

    private string? PathOf(string stateName, GrainId grainId) => files.PathOf(stateName, grainId.Key.ToString()!);

    private void RequireTag(string path, string? given)
    {
        var stored = _tags.GetValueOrDefault(path);
        if (stored != given)
        {
            throw new InconsistentStateException("The state was written by another activation.", stored ?? "none", given ?? "none");
        }
    }

    private bool TryToWrite(string path, BinaryData stored)
    {
        try
        {
            AtomicFile.WriteUnflushed(path, stream => stream.Write(stored.ToMemory().Span), isPrivate: true);
            _unwritten.TryRemove(path, out _);
            files.Note(path, null);
            return true;
        }
        catch (InvalidInputException failure)
        {
            _unwritten[path] = stored;
            files.Note(path, failure);
            return false;
        }
    }

    private void Flush(string path)
    {
        try
        {
            AtomicFile.Flush(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            files.Note(path, failure);
        }
    }
}
