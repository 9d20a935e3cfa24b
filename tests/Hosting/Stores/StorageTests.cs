using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Contracts.Wire;
using Mnist.Distributed.Tests.Servers;
using Orleans.Storage;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Stores;

/// <summary>Grain state in a store, by Orleans' own implementation of the storage.</summary>
public abstract class StorageTests(StoreServers servers, StoreKind? kind) : IAsyncLifetime
{
    private const string Name = "checkpoint";

    private static readonly GrainId Grain = GrainId.Create("run", "20300102-030405-abcd");

    private StoreParts? _parts;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _parts = kind is { } stored ? new StoreParts(StoreName.Parse(await servers.NewStore(stored), "store")) : null;

    public async ValueTask DisposeAsync()
    {
        if (_parts is not null)
        {
            await _parts.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task State_that_was_never_written_is_new()
    {
        var state = await Read(await Storage());

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Null(state.State!.State);
    }

    [Fact]
    public async Task Every_write_has_a_version_of_its_own()
    {
        var storage = await Storage();
        var state = State(1);
        var versions = new List<string?>();
        for (var write = 0; write < 3; write++)
        {
            await storage.WriteStateAsync(Name, Grain, state, Cancellation);
            versions.Add(state.ETag);
        }

        Assert.DoesNotContain(null, versions);
        Assert.Distinct(versions);
    }

    [Fact]
    public async Task Another_silo_reads_what_was_written()
    {
        var written = State(3);
        await (await Storage()).WriteStateAsync(Name, Grain, written, Cancellation);

        var read = await Read(await Storage());

        Assert.True(read.RecordExists);
        Assert.Equal(written.ETag, read.ETag);
        Assert.Equal(Contents.Of(written.State), Contents.Of(read.State));
    }

    [Fact]
    public async Task A_second_first_write_is_refused()
    {
        var storage = await Storage();
        await storage.WriteStateAsync(Name, Grain, State(1), Cancellation);

        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync(Name, Grain, State(2), Cancellation));

        Assert.Equal(1, await Step(storage));
    }

    [Fact]
    public async Task A_write_over_a_newer_one_is_refused()
    {
        var storage = await Storage();
        var state = State(1);
        await storage.WriteStateAsync(Name, Grain, state, Cancellation);
        var stale = await Read(storage);
        await storage.WriteStateAsync(Name, Grain, state, Cancellation);

        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync(Name, Grain, stale, Cancellation));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync(Name, Grain, stale, Cancellation));

        Assert.Equal(state.ETag, (await Read(storage)).ETag);
    }

    [Fact]
    public async Task A_version_of_state_that_is_not_there_is_refused()
    {
        var storage = await Storage();
        var state = State(1);
        state.ETag = "1";

        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync(Name, Grain, state, Cancellation));

        Assert.False((await Read(storage)).RecordExists);
    }

    [Fact]
    public async Task Of_writes_at_once_one_succeeds()
    {
        var storage = await Storage();

        var failures = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
            await Record.ExceptionAsync(() => storage.WriteStateAsync(Name, Grain, State(i), Cancellation)))));

        Assert.Single(failures, failure => failure is null);
        Assert.All(failures, failure => Assert.True(failure is null or InconsistentStateException));
    }

    [Fact]
    public async Task Cleared_state_is_deleted_and_can_be_written_again()
    {
        var storage = await Storage();
        var state = State(1);
        await storage.WriteStateAsync(Name, Grain, state, Cancellation);

        await storage.ClearStateAsync(Name, Grain, state, Cancellation);
        var cleared = await Read(await Storage());
        Assert.False(cleared.RecordExists);
        Assert.Null(cleared.State!.State);

        state.State = State(5).State;
        await storage.WriteStateAsync(Name, Grain, state, Cancellation);
        Assert.Equal(5, await Step(storage));
    }

    [Fact]
    public async Task Grains_and_states_are_kept_apart()
    {
        var storage = await Storage();
        await storage.WriteStateAsync(Name, Grain, State(1), Cancellation);
        await storage.WriteStateAsync("other", Grain, State(2), Cancellation);
        await storage.WriteStateAsync(Name, GrainId.Create("run", "other"), State(3), Cancellation);

        Assert.Equal(1, await Step(storage));
    }

    private static GrainState<InitialState> State(long step) => new(new InitialState
    {
        State = new TrainingState(step, ParameterVector.CopyOf([1f, -0f, float.NaN]), ParameterVector.Empty, step, default, Ledger.StartingAt(step)),
    });

    private static async Task<GrainState<InitialState>> Read(IGrainStorage storage)
    {
        var state = new GrainState<InitialState>();
        await storage.ReadStateAsync(Name, Grain, state, Cancellation);
        return state;
    }

    private static async Task<long?> Step(IGrainStorage storage) => (await Read(storage)).State!.State?.Step;

    /// <summary>The storage as another silo sees it.</summary>
    protected virtual Task<IGrainStorage> Storage() => _parts!.Storage(Cancellation);
}
