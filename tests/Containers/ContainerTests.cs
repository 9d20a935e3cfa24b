using System.Globalization;
using System.Text.Json;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Cluster;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Servers;
using Mnist.Distributed.Tests.Training;
using Xunit;

namespace Mnist.Distributed.Tests.Containers;

/// <summary>
/// Silos in containers, which are like machines: each has an address, a file system and a network
/// interface of its own. One silo is killed, paused or disconnected in the middle of a run. The
/// bytes are those of the plain trainer.
/// </summary>
public sealed class ContainerTests(SmallMnist data, Images images) : IAsyncDisposable
{
    private const int Epochs = 100;

    /// <summary>The time limit of a run; a run that takes longer hangs.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _guard = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private DockerEngine? _engine;

    [Theory]
    [InlineData(StoreKind.Redis, "killed", 0)]
    [InlineData(StoreKind.Redis, "paused", 1)]
    [InlineData(StoreKind.Redis, "cut off", 2)]
    [InlineData(StoreKind.PostgreSql, "cut off", 0)]
    public async Task A_silo_that_is_lost_costs_no_bits(StoreKind store, string how, int silo)
    {
        _guard.CancelAfter(Hang);
        _engine = await DockerEngine.Connect(_guard.Token);
        await using var cluster = await ContainerCluster.Start(await images.Silo(), data.Path, store, _guard.Token);
        await using var train = await cluster.Train(
            _guard.Token, "--workers", "5", "--epochs", Epochs.ToString(CultureInfo.InvariantCulture), "--momentum", "0.9");

        var epochs = new List<int>();
        JsonElement done = default;
        while (done.ValueKind == JsonValueKind.Undefined && await train.ReadLine(_guard.Token) is { } line)
        {
            var happened = JsonSerializer.Deserialize<JsonElement>(line);
            switch (happened.GetProperty("event").GetString())
            {
                case "run":
                    Assert.Equal(cluster.Silos.Count, happened.GetProperty("silos").GetArrayLength());
                    break;
                case "epoch":
                    epochs.Add(happened.GetProperty("epoch").GetInt32());
                    await (epochs.Count switch { 3 => Break(cluster, how, silo), 8 => Mend(cluster, how, silo), _ => Task.CompletedTask });
                    break;
                case "done":
                    done = happened;
                    break;
            }
        }

        var (exitCode, error) = await train.End(_guard.Token);
        Assert.True(exitCode == 0, $"Exit code {exitCode}\n{error}");
        Assert.Equal(Enumerable.Range(1, Epochs), epochs);
        var set = data.Load();
        Assert.Equal(
            PlainRun.Sha256(new TrainingPlan { Workers = 5, Epochs = Epochs, OptimizerSettings = PlanSettings.Sgd(0.9f), Samples = set.Train.Count }, set),
            done.GetProperty("weights_sha256").GetString());
    }

    public ValueTask DisposeAsync()
    {
        _engine?.Dispose();
        _guard.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task Break(ContainerCluster cluster, string how, int silo) => how switch
    {
        "killed" => _engine!.Kill(cluster.Silos[silo], _guard.Token),
        "paused" => cluster.Silos[silo].PauseAsync(_guard.Token),
        _ => _engine!.Disconnect(cluster.Silos[silo], cluster.Network, _guard.Token),
    };

    private Task Mend(ContainerCluster cluster, string how, int silo) => how switch
    {
        "killed" => Task.CompletedTask,
        "paused" => cluster.Silos[silo].UnpauseAsync(_guard.Token),
        _ => _engine!.Connect(cluster.Silos[silo], cluster.Network, _guard.Token),
    };
}
