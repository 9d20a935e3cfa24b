using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Runs;

/// <summary>The store of a local cluster grows with its runs, and shrinks with them.</summary>
public sealed class StoreSpaceTests(SmallMnist data) : IAsyncDisposable
{
    private const string Cluster = "space";
    private const int Runs = 30;
    private const int Kept = 5;

    /// <summary>The most bytes that a small run may take in the store.</summary>
    private const long MostBytes = 2_000_000;

    private readonly UserHome _home = new();

    [Fact]
    public async Task A_store_gives_back_the_space_of_deleted_runs()
    {
        await _home.Up(Cluster, 1);
        var trained = await _home.Mnist("train", "--data", data.Path, "--limit", "300", "--epochs", "1", "--cluster", Cluster, "--detach", "--json");
        var id = trained.Succeeds().Json.First().GetProperty("run_id").GetString()!;
        (await _home.Mnist("runs", "watch", id)).Succeeds();
        var path = Directory.EnumerateFiles(_home["state"], "cluster.db", SearchOption.AllDirectories).Single();
        var store = new SqliteStore(path);
        var each = store.BytesOf(id);
        await Multiply(id, store);
        store.GiveBackSpace();
        var full = new FileInfo(path).Length;

        (await _home.Mnist("runs", "prune", "--keep", $"{Kept}", "--yes")).Succeeds();

        Assert.InRange(each, 1, MostBytes);
        Assert.True(full >= Runs * each, $"{full} bytes are too few for {Runs} runs of {each}.");

        // The silo may be writing to the file at the moment when the command lets it shrink.
        await Poll.Until(() =>
        {
            store.GiveBackSpace();
            return new FileInfo(path).Length < ((Kept + 1) * each) + 500_000;
        }, _home.Guard);
        Assert.Equal(Kept, (await _home.Mnist("runs", "list", "--json")).Succeeds().Json.Count());
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    /// <summary>Copies a run, until there are as many as the test needs.</summary>
    private static async Task Multiply(string id, SqliteStore store)
    {
        await using var connection = await StoredCluster.Connect(Cluster, store, ClusterLinks.ForClient(store.SocketFolder(Cluster), Cluster, null, isInsecure: false));
        var copy = await connection.Grains.GetGrain<ITrainingRunGrain>(id).GetCopy();
        for (var run = 1; run < Runs; run++)
        {
            await connection.Grains.GetGrain<ITrainingRunGrain>($"copy-{run}").Adopt(copy with { RunId = $"copy-{run}" });
        }
    }
}
