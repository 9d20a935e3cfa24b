using Microsoft.Data.Sqlite;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>
/// Runs that have ended leave their records in the store, and nothing on any silo.
/// </summary>
public sealed class LongLifeTests(SmallMnist data) : IAsyncDisposable
{
    private const int Silos = 2;
    private const int Runs = 12;

    /// <summary>
    /// Bytes of a record beside its checkpoint: plan, metrics, ledger, and the unused rest of its
    /// last page.
    /// </summary>
    private const int RestOfRecord = 16 * 1024;

    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(100);

    private readonly UserHome _home = new();

    private string Database => _home["c.db"];

    [LongFact]
    public async Task Runs_that_have_ended_leave_their_records_and_nothing_else()
    {
        var plan = Plan();
        var vector = sizeof(float) * (long)TrainingSetup.Of(plan).Model.Layout.Length;
        var store = $"sqlite:{Database}";
        await using var silos = new StoredSilos(_home, "c", store);
        await silos.Start(Silos);
        await using var cluster = await StoredClusters.Connect("c", StoreName.Parse(store, "store"));

        await Train(cluster, plan, "first", "second", "third");
        await Until(() => WhatIsLeft(cluster, silos));
        var stored = StoredBytes();

        await Train(cluster, plan, [.. Enumerable.Range(0, Runs).Select(run => $"run-{run}")]);

        await Until(() => WhatIsLeft(cluster, silos));
        Assert.InRange(StoredBytes() - stored, Runs * vector, Runs * 2 * (vector + RestOfRecord));
        Assert.InRange(new FileInfo($"{Database}-wal").Length, 0, 8 * 1024 * 1024);

        var again = await cluster.Grains.GetGrain<ITrainingRunGrain>("run-0").Describe();
        Assert.Equal(RunStatus.Completed, again.Status);
        Assert.Equal(plan.Epochs, again.Epochs.Count);
    }

    [Fact]
    public async Task A_run_that_cannot_start_leaves_nothing()
    {
        await using var cluster = await InProcessCluster.Start(data.Load(), computeThreads: 1, TrainingCatalogue.Standard);

        // The silo has other data.
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("refused");
        await Assert.ThrowsAsync<InvalidInputException>(() => run.Start(Plan() with { DataDigest = "0" }, new RunOptions(), null, null));
        await Until(() => Activations(cluster));
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    /// <summary>
    /// A plan of one step, with a checkpoint that is large beside the rest of the record.
    /// </summary>
    private TrainingPlan Plan() => new()
    {
        ModelSettings = PlanSettings.Hidden(500),
        DataSet = "mnist",
        DataFolder = data.Path,
        Workers = 4,
        Epochs = 1,
        Samples = 40,
        BatchSize = 40,
        TestSamples = SmallMnist.TestCount,
    };

    private async Task Train(TrainingCluster cluster, TrainingPlan plan, params string[] runs)
    {
        foreach (var id in runs)
        {
            var run = cluster.Grains.GetGrain<ITrainingRunGrain>(id);
            await run.Start(plan, new RunOptions(), null, null);
            var cursor = default(RunCursor);
            while (!cursor.Ended)
            {
                _home.Guard.ThrowIfCancellationRequested();
                cursor = (await run.Watch(cursor)).Next;
            }

            Assert.Equal(RunStatus.Completed, (await run.Describe()).Status);
        }
    }

    /// <summary>
    /// The runs, grains and shared memory that the silos still hold; empty when the silos are at
    /// rest.
    /// </summary>
    private static async Task<string> WhatIsLeft(TrainingCluster cluster, StoredSilos silos) => string.Concat(
        await Activations(cluster),
        string.Concat(silos.Pids.Select(pid => SharedMappings(pid) + SharedDescriptors(pid)).Where(count => count > 0).Select(count => $"{count} shared segments; ")));

    /// <summary>
    /// The project's activations on all silos, without the list of runs and the queue, which always exist.
    /// </summary>
    private static async Task<string> Activations(TrainingCluster cluster)
    {
        await cluster.Grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).List();
        var active = (await cluster.Grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics())
            .Where(grain => grain.GrainType.StartsWith("Mnist.", StringComparison.Ordinal) && grain.ActivationCount > 0)
            .Select(grain => (Name: grain.GrainType, grain.ActivationCount))
            .ToArray();
        Assert.Contains(active, grain => IsIndex(grain.Name));
        return string.Concat(active.Where(grain => !IsIndex(grain.Name)).Select(grain => $"{grain.ActivationCount} of {grain.Name}; "));
    }

    private static bool IsIndex(string grain) =>
        grain.Contains(nameof(RunIndexGrain), StringComparison.Ordinal) || grain.Contains(nameof(RunQueueGrain), StringComparison.Ordinal);

    private static int SharedMappings(int pid) => File.ReadLines($"/proc/{pid}/maps").Count(IsShared);

    private static int SharedDescriptors(int pid) => Directory.EnumerateFiles($"/proc/{pid}/fd").Count(file => IsShared(new FileInfo(file).LinkTarget ?? ""));

    private static bool IsShared(string line) => line.Contains("memfd:mnist", StringComparison.Ordinal);

    /// <summary>The bytes of the tables in the file, with its log.</summary>
    private long StoredBytes()
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        return (long)command.ExecuteScalar()!;
    }

    private async Task Until(Func<Task<string>> nothing)
    {
        while (await nothing() is { Length: > 0 } left)
        {
            Assert.False(_home.Guard.IsCancellationRequested, $"This is left: {left}");
            await Task.Delay(RefreshInterval, CancellationToken.None);
        }
    }
}
