using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>Several runs on one cluster: at the same time, and one after the other.</summary>
public sealed class SharedClusterTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    private string Store => $"sqlite:{_home["c.db"]}";

    [Fact]
    public async Task Two_equal_runs_advance_equally()
    {
        var plan = Plan(workers: 2, epochs: 120);
        await using var cluster = await InProcessCluster.Start(data.Load(), computeThreads: 1, TrainingCatalogue.Standard);
        ITrainingRunGrain[] runs = [cluster.Grains.GetGrain<ITrainingRunGrain>("a"), cluster.Grains.GetGrain<ITrainingRunGrain>("b")];
        await Task.WhenAll(runs.Select(run => run.Start(plan, new RunOptions(), null, null)));
        await await Task.WhenAny(runs.Select(WaitForEnd));

        var epochs = (await Task.WhenAll(runs.Select(run => run.Describe()))).Select(run => run.Epochs.Count).Order().ToArray();
        Assert.Equal(plan.Epochs, epochs[1]);
        Assert.InRange(epochs[0], plan.Epochs * 0.9, plan.Epochs);
        await Task.WhenAll(runs.Select(WaitForEnd));
    }

    [Fact]
    public async Task Queued_runs_train_one_after_the_other_and_can_be_stopped_before()
    {
        await using var silos = new StoredSilos(_home, "c", Store);
        await silos.Start(2);
        await using var cluster = await StoredClusters.Connect("c", StoreName.Parse(Store, "store"));
        var plan = Plan(workers: 2, epochs: 20);
        var runs = new[] { "a", "b", "c", "d" }.ToDictionary(id => id, id => cluster.Grains.GetGrain<ITrainingRunGrain>(id));
        await runs["a"].Start(plan, new RunOptions(), null, null);
        foreach (var id in (string[])["b", "c", "d"])
        {
            await runs[id].Start(plan, new RunOptions { IsQueued = true }, null, null);
            Assert.Equal(RunStatus.Queued, (await runs[id].Describe()).Status);
        }

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => runs["b"].Resume(false, null));
        Assert.Contains("queue", refused.Message, StringComparison.Ordinal);
        await runs["c"].Stop();
        foreach (var run in runs.Values)
        {
            await WaitForEnd(run);
        }

        var ended = await Task.WhenAll(runs.Values.Select(run => run.Describe()));
        Assert.Equal([RunStatus.Completed, RunStatus.Completed, RunStatus.Stopped, RunStatus.Completed], ended.Select(run => run.Status));
        Assert.True(ended[0].EndedAt <= ended[1].StartedAt && ended[1].EndedAt <= ended[3].StartedAt);
        Assert.Equal(ended[0].Epochs.Select(epoch => epoch.TestLoss), ended[3].Epochs.Select(epoch => epoch.TestLoss));
    }

    [Fact]
    public async Task A_run_that_is_deleted_leaves_nothing_and_its_id_is_free_again()
    {
        await using var cluster = await InProcessCluster.Start(data.Load(), computeThreads: 1, TrainingCatalogue.Standard);
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("a");
        await run.Start(Plan(workers: 1, epochs: 2000), new RunOptions(), null, null);
        Assert.Contains("stop it first", (await Assert.ThrowsAsync<InvalidInputException>(run.Delete)).Message, StringComparison.Ordinal);
        await run.Stop();
        await WaitForEnd(run);

        await run.Delete();

        Assert.Equal(RunStatus.Unknown, (await run.Describe()).Status);
        Assert.Empty(await cluster.Grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).List());
        await run.Start(Plan(workers: 2, epochs: 1), new RunOptions(), null, null);
        await WaitForEnd(run);
        Assert.Single((await run.Describe()).Epochs);
    }

    [Fact]
    public async Task A_silo_says_what_it_has_to_do()
    {
        await using var cluster = await InProcessCluster.Start(data.Load(), computeThreads: 2, TrainingCatalogue.Standard);
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("a");
        await run.Start(Plan(workers: 3, epochs: 2000), new RunOptions(), null, null);
        var silo = Assert.Single(await cluster.Grains.GetGrain<IClusterGrain>(IClusterGrain.Key).Silos());
        Assert.Equal(("in-process", 2, 3), (silo.Name, silo.Threads, silo.Workers));
        Assert.Equal(["a"], silo.RunIds);
        Assert.InRange(silo.ResidentBytes, 1 << 20, 1L << 40);
        await run.Stop();
        await WaitForEnd(run);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private Task WaitForEnd(ITrainingRunGrain run) =>
        Poll.Until(run.Describe, now => now.Status is not (RunStatus.Running or RunStatus.Queued), _home.Guard);

    private TrainingPlan Plan(int workers, int epochs) => TrainingSetup.Of(new TrainingPlan
    {
        DataSet = "mnist",
        DataFolder = data.Path,
        DataDigest = data.Load().Digest,
        Data = data.Load().Shape,
        Workers = workers,
        Epochs = epochs,
        Samples = SmallMnist.TrainCount,
        TestSamples = SmallMnist.TestCount,
    }).Plan;
}
