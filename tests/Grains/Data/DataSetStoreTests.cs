using Mnist.Distributed.Contracts;
using Mnist.Distributed.Grains.Data;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Data;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.Data;

public sealed class DataSetStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DataSetStore _store;
    private int _reads;

    public DataSetStoreTests() => _store = new DataSetStore((_, folder, _) =>
    {
        Interlocked.Increment(ref _reads);
        return Task.FromResult(Read(folder!));
    });

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Runs_on_the_same_data_share_the_bytes_and_the_files_are_read_once()
    {
        string path = Write("data", seed: 1);
        string digest = Read(path).Digest;

        DataSet[] loaded = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _store.Load("mnist", path, digest)));

        Assert.All(loaded, data => Assert.Same(loaded[0].Train, data.Train));
        Assert.Equal(1, _reads);
    }

    [Fact]
    public async Task Files_that_were_corrected_in_place_are_read_again_once()
    {
        string path = Write("data", seed: 1);
        string old = Read(path).Digest;
        await _store.Load("mnist", path, old);
        Write("data", seed: 2);
        string corrected = Read(path).Digest;

        DataSet[] loaded = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _store.Load("mnist", path, corrected)));

        Assert.NotEqual(old, corrected);
        Assert.All(loaded, data => Assert.Equal(corrected, data.Digest));
        Assert.All(loaded, data => Assert.Same(loaded[0].Train, data.Train));
        Assert.Equal(2, _reads);
        Assert.Equal(corrected, (await _store.Load("mnist", path, "")).Digest);
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task Files_that_still_differ_are_given_for_the_caller_to_refuse()
    {
        string path = Write("data", seed: 1);
        DataSet first = await _store.Load("mnist", path, "another");
        Assert.Equal(1, _reads);

        DataSet second = await _store.Load("mnist", path, "another");

        Assert.Equal(first.Digest, second.Digest);
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task Reading_again_what_has_not_changed_keeps_the_bytes_that_are_in_use()
    {
        string path = Write("data", seed: 1);
        string copy = Write("copy", seed: 1);
        DataSet first = await _store.Load("mnist", path, "");

        DataSet again = await _store.Load("mnist", path, "another");
        DataSet elsewhere = await _store.Load("mnist", copy, first.Digest);

        Assert.Same(first.Train, again.Train);
        Assert.Same(first.Test, elsewhere.Test);
        Assert.Contains(copy, elsewhere.Origin);
    }

    [Fact]
    public async Task The_old_content_of_a_place_is_not_kept()
    {
        string path = Write("data", seed: 1);
        WeakReference old = await Loaded(path, "");
        Write("data", seed: 2);

        await Loaded(path, Read(path).Digest);

        // A thread of the pool may hold the last task that it ran for a moment longer.
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (old.IsAlive)
        {
            Assert.False(timeout.IsCancellationRequested, "The store keeps content that its place no longer has.");
            await Task.Yield();
            GC.Collect();
        }
    }

    [Fact]
    public async Task A_failure_is_not_remembered()
    {
        await Assert.ThrowsAsync<InvalidInputException>(() => _store.Load("mnist", _folder["data"], ""));
        string path = Write("data", seed: 1);

        Assert.Equal(5, (await _store.Load("mnist", path, "")).Train.Count);
    }

    [Fact]
    public async Task A_failure_to_read_again_is_not_remembered()
    {
        string path = Write("data", seed: 1);
        string digest = (await _store.Load("mnist", path, "")).Digest;
        _folder.Write("data/" + IdxFileNames.TrainLabels, [1, 2, 3]);
        await Assert.ThrowsAsync<InvalidInputException>(() => _store.Load("mnist", path, "another"));
        Write("data", seed: 1);

        Assert.Equal(digest, (await _store.Load("mnist", path, digest)).Digest);
    }

    private static DataSet Read(string folder) => new DataSetFolder(folder, SmallDataSets.Mnist, SmallDataSets.Catalogue, isNamed: true).Load();

    private string Write(string name, int seed)
    {
        foreach (string file in IdxFileNames.All)
        {
            _folder.Write(Path.Combine(name, file), SmallDataSets.Content(file, seed, trainCount: 5, testCount: 4));
        }

        return _folder[name];
    }

    private async Task<WeakReference> Loaded(string path, string digest) => new((await _store.Load("mnist", path, digest)).Train);
}
