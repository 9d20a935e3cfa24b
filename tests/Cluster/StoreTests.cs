using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Servers;
using Mnist.Distributed.Tests.Training;
using Xunit;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>
/// Silos that find each other in a store of any kind, and a command that finds them there.
/// </summary>
public sealed class StoreTests(SmallMnist data, StoreServers servers) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    [InlineData(StoreKind.Redis)]
    public async Task A_run_ends_with_the_plain_trainers_bytes(StoreKind kind)
    {
        var store = await servers.NewStore(kind);
        await using var silos = new StoredSilos(_home, "c", store);
        await silos.Start(3);

        var run = (await _home.Mnist(
            "train", "--data", data.Path, "--workers", "5", "--epochs", "2", "--momentum", "0.5", "--cluster", "c", "--store", store,
            "--out", _home["out"], "--json")).Succeeds();

        var set = data.Load();
        var expected = PlainRun.Sha256(new TrainingPlan { Workers = 5, Epochs = 2, OptimizerSettings = PlanSettings.Sgd(0.5f), Samples = set.Train.Count }, set);
        Assert.Equal(expected, run.Json.Last().GetProperty("weights_sha256").GetString());
        Assert.Equal(3, run.Json.First().GetProperty("silos").GetArrayLength());

        var id = run.Json.First().GetProperty("run_id").GetString()!;
        var listed = (await _home.Mnist("runs", "list", "--cluster", "c", "--store", store, "--json")).Succeeds().Json.Single();
        Assert.Equal(id, listed.GetProperty("run_id").GetString());

        // The variable stands for the option.
        _home.Set("MNIST_STORE", store);
        var again = (await _home.Mnist("train", "--data", data.Path, "--workers", "5", "--epochs", "1", "--cluster", "c", "--json")).Succeeds();
        Assert.Equal(3, again.Json.First().GetProperty("silos").GetArrayLength());
        Assert.Contains("nothing to stop", (await _home.Mnist("runs", "stop", id, "--cluster", "c")).IsRefused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing", "names no store")]
    [InlineData("redis:127.0.0.1:1", "cannot be reached")]
    [InlineData("postgresql:Host=127.0.0.1;Port=1;Username=u", "cannot be reached")]
    [InlineData("sqlite:nowhere.db", "nowhere.db: start a silo")]
    public async Task A_command_refuses_a_store_it_cannot_use(string store, string hint)
    {
        var train = await _home.Mnist("train", "--data", data.Path, "--cluster", "c", "--store", store);
        Assert.Contains(hint, train.IsRefused(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_home["runs"]));
    }

    [Theory]
    [InlineData("nothing", "names no store")]
    [InlineData("redis:127.0.0.1:1", "cannot be reached")]
    [InlineData("postgresql:Host=127.0.0.1;Port=1;Username=u", "cannot be reached")]
    [InlineData("sqlite:/dev/null/x.db", "cannot be used")]
    public async Task A_silo_refuses_a_store_it_cannot_use(string store, string hint) =>
        Assert.Contains(hint, (await _home.Run("mnist-silo", "--Silo:Store", store)).IsRefused(), StringComparison.Ordinal);

    [Fact]
    public async Task A_store_without_a_cluster_is_refused() => Assert.Contains(
        "--cluster NAME", (await _home.Mnist("train", "--data", data.Path, "--store", "sqlite:x.db")).IsRefused(), StringComparison.Ordinal);

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    [InlineData(StoreKind.Redis)]
    public async Task A_cluster_whose_silos_are_all_gone_is_refused(StoreKind kind)
    {
        var store = await servers.NewStore(kind);
        await using (var silos = new StoredSilos(_home, "c", store))
        {
            await silos.Start(1);
        }

        var train = await _home.Mnist("train", "--data", data.Path, "--cluster", "c", "--store", store);
        Assert.Contains("No silo of cluster c answers", train.IsRefused(), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();
}
