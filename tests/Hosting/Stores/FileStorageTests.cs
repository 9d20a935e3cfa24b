using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Contracts.Wire;
using Mnist.Distributed.Tests.Servers;
using Mnist.Distributed.Tests.Training.Files;
using Orleans.Storage;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Stores;

/// <summary>
/// The storage of a silo that is alone, in files. In these tests another activation takes the part
/// of another silo.
/// </summary>
public sealed class FileStorageTests : StorageTests, IDisposable
{
    private static readonly GrainId Run = GrainId.Create("run", "r");

    private readonly TemporaryFolder _folder = new();
    private readonly StateFiles _files;
    private readonly FileStorage _storage;

    public FileStorageTests(StoreServers servers) : base(servers, kind: null)
    {
        _files = new StateFiles((state, key) => state == "memory" ? null : Path.Combine(_folder.Path, "record", $"{key}.{state}"));
        _storage = NewStorage();
    }

    protected override Task<IGrainStorage> Storage() => Task.FromResult<IGrainStorage>(_storage);

    [Fact]
    public async Task Another_process_reads_what_was_written()
    {
        await _storage.WriteStateAsync("run-even", Run, Record(3));
        await _storage.WriteStateAsync("memory", Run, Record(4));
        using var other = NewStorage();
        Assert.Equal(3, (await Read(other, "run-even")).State!.Version);
        Assert.False((await Read(other, "memory")).RecordExists);
    }

    [Fact]
    public async Task A_damaged_file_says_so()
    {
        await _storage.WriteStateAsync("run-even", Run, Record(3));
        _storage.Dispose();
        var path = Path.Combine(_folder.Path, "record", "r.run-even");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        using var other = NewStorage();
        Assert.Contains("checksum", (await Read(other, "run-even")).State!.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_keeps_the_state_in_memory_until_it_can()
    {
        var state = Record(1);
        var place = Path.Combine(_folder.Path, "record");
        File.WriteAllText(place, "");
        await _storage.WriteStateAsync("run-even", Run, state);
        Assert.NotNull(_files.Problem);
        Assert.Equal(1, (await Read(_storage, "run-even")).State!.Version);

        File.Delete(place);
        state.State = Record(2).State;
        await _storage.WriteStateAsync("run-even", Run, state);
        Assert.Null(_files.Problem);
        using var other = NewStorage();
        Assert.Equal(2, (await Read(other, "run-even")).State!.Version);
    }

    public void Dispose()
    {
        _storage.Dispose();
        _folder.Dispose();
    }

    private static GrainState<RunRecord> Record(long version) => new(new RunRecord { Version = version, RunId = "r" });

    private static async Task<GrainState<RunRecord>> Read(IGrainStorage storage, string name)
    {
        var state = new GrainState<RunRecord>(new RunRecord());
        await storage.ReadStateAsync(name, Run, state);
        return state;
    }

    private FileStorage NewStorage() => new(_files, new ProcessStorage(WireFormat.Copier), new SealedStorageSerializer(WireFormat.Serializer, identity: null));
}
