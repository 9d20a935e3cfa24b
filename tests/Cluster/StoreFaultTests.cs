using System.Text.Json;
using Microsoft.Data.Sqlite;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Servers;
using Mnist.Distributed.Tests.Training;
using Xunit;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>
/// The store fails in the middle of a run and comes back. No silo ends, no epoch is lost or
/// reported twice, and the bytes are those of the plain trainer.
/// </summary>
public sealed class StoreFaultTests(SmallMnist data, StoreServers servers) : IAsyncDisposable
{
    private const int Epochs = 40;
    private const int FaultAfter = 3;

    private readonly UserHome _home = new();

    [LongFact]
    public async Task A_Redis_that_crashes_and_restarts_costs_no_bits()
    {
        await using var server = await RedisServer.Start();
        await CrashesAndRestarts(server);
    }

    [LongFact]
    public async Task A_PostgreSql_that_crashes_and_restarts_costs_no_bits()
    {
        await using var server = await PostgreSqlServer.Start();
        await CrashesAndRestarts(server);
    }

    [Fact]
    public async Task A_SQLite_file_that_somebody_locks_for_a_while_costs_no_bits()
    {
        var store = await servers.NewStore(StoreKind.Sqlite);
        using var other = new SqliteConnection($"Data Source={store["sqlite:".Length..]};Pooling=false");
        await Train(
            store,
            () =>
            {
                other.Open();
                Execute(other, "BEGIN EXCLUSIVE");
                return Task.CompletedTask;
            },
            () =>
            {
                Execute(other, "ROLLBACK");
                return Task.CompletedTask;
            });
    }

    /// <summary>
    /// The store of both runs is on a file system that the test fills. The test needs the right to
    /// mount one.
    /// </summary>
    [LongFact]
    public async Task A_SQLite_file_on_a_full_disk_costs_no_bits()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "A small file system can be mounted by root on Linux only.");
        var disk = _home["disk"];
        Directory.CreateDirectory(disk);
        await ServerProcess.Run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk);
        try
        {
            var ballast = Path.Combine(disk, "ballast");
            await Train(
                $"sqlite:{Path.Combine(disk, "cluster.db")}",
                () =>
                {
                    FullDisk.Fill(ballast);
                    return Task.CompletedTask;
                },
                () =>
                {
                    File.Delete(ballast);
                    return Task.CompletedTask;
                });
        }
        finally
        {
            await ServerProcess.Run("umount", disk);
        }
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private async Task CrashesAndRestarts(IStoreServer server) => await Train(await server.NewStore(), server.Crash, server.Restart);

    /// <summary>
    /// Breaks the store once an epoch is done, and mends it when the run has noticed.
    /// </summary>
    private async Task Train(string store, Func<Task> breakStore, Func<Task> mendStore)
    {
        await using var silos = new StoredSilos(_home, "c", store);
        await silos.Start(3);
        using var train = _home.Start(
            "train", "--data", data.Path, "--workers", "5", "--epochs", $"{Epochs}", "--momentum", "0.9", "--cluster", "c", "--store", store,
            "--out", _home["out"], "--json");
        var error = train.StandardError.ReadToEndAsync(_home.Guard);
        var mended = false;
        while (await train.StandardOutput.ReadLineAsync(_home.Guard) is { } line)
        {
            if (line.StartsWith($"{{\"event\":\"epoch\",\"epoch\":{FaultAfter},", StringComparison.Ordinal))
            {
                await breakStore();
            }
            else if (!mended && line.Contains("the record cannot be written", StringComparison.Ordinal))
            {
                mended = true;
                await mendStore();
            }
        }

        await train.WaitForExitAsync(_home.Guard);
        Assert.True(train.ExitCode == 0, $"{await error}\n{silos.Log}");
        Assert.True(mended, "The run has not noticed that its store was gone.");
        Assert.All(silos.Pids, pid => Assert.True(Signals.IsRunning(pid)));
        Assert.Equal(Enumerable.Range(1, Epochs), EpochsWritten());
        var set = data.Load();
        Assert.Equal(
            PlainRun.Sha256(new TrainingPlan { Workers = 5, Epochs = Epochs, OptimizerSettings = PlanSettings.Sgd(0.9f), Samples = set.Train.Count }, set),
            JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_home["out"], "run.json"), _home.Guard))
                .RootElement.GetProperty("weights_sha256").GetString());
    }

    private IEnumerable<int> EpochsWritten() => File.ReadAllLines(Path.Combine(_home["out"], "metrics.jsonl"))
        .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("epoch").GetInt32());

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
