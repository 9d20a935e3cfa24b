using Microsoft.Data.Sqlite;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training.Catalogue;
using Xunit;
using Signals = Mnist.Distributed.Tests.Processes.Signals;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>
/// A sweep ends with the same trials and the same bytes on every cluster, whatever is lost
/// meanwhile. The oracle is the plain trainer.
/// </summary>
public sealed class SweepTests(SmallMnist data) : IAsyncDisposable
{
    private const int Epochs = 9;
    private const int Halving = 3;

    private static readonly float[] Rates = [0.001f, 0.02f, 0.05f];

    private readonly UserHome _home = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Trials_end_with_the_bytes_of_the_same_run_alone()
    {
        await using var cluster = await InProcessCluster.Start(data.Load(), computeThreads: 2, TrainingCatalogue.Standard);
        var sweep = await Run(cluster, "s", Plan(halving: 0));
        Assert.All(sweep.Trials, trial => Assert.Equal((TrialStatus.Completed, Epochs), (trial.Status, trial.Epochs.Count)));
        await AssertBytes(cluster, sweep);
    }

    [Fact]
    public async Task A_silo_that_is_lost_changes_no_trial_and_no_decision()
    {
        string[] expected;
        await using (var alone = await InProcessCluster.Start(data.Load(), computeThreads: 1, TrainingCatalogue.Standard))
        {
            expected = Outcome(await Run(alone, "s", Plan(Halving)));
        }

        var store = $"sqlite:{_home["c.db"]}";
        await using var silos = new StoredSilos(_home, "c", store);
        await silos.Start(3);
        await using var cluster = await StoredClusters.Connect("c", StoreName.Parse(store, "store"));
        var grain = cluster.Grains.GetGrain<ISweepGrain>("s");
        await grain.Start(Plan(Halving), null);
        await Until(grain, sweep => sweep.Trials.Any(trial => trial.Epochs.Count > 0));
        await Signals.KillNow(silos.Pids.First());
        var sweep = await Until(grain, sweep => sweep.Status == RunStatus.Completed);

        Assert.Equal(expected, Outcome(sweep));
        Assert.Equal(1, sweep.Trials.Count(trial => trial.Status == TrialStatus.Completed));
        await AssertBytes(cluster, sweep);
    }

    [Fact]
    public async Task A_sweep_that_was_stopped_goes_on()
    {
        await using var cluster = await InProcessCluster.Start(data.Load(), computeThreads: 2, TrainingCatalogue.Standard);
        var grain = cluster.Grains.GetGrain<ISweepGrain>("s");
        await grain.Start(Plan(halving: 0), null);
        await Until(grain, sweep => sweep.Trials.Any(trial => trial.Epochs.Count > 0));
        await grain.Stop();
        var stopped = await grain.Describe();
        Assert.Equal(RunStatus.Stopped, stopped.Status);
        Assert.DoesNotContain(stopped.Trials, trial => trial.Status == TrialStatus.Running);

        await grain.Resume();
        var sweep = await Until(grain, now => now.Status == RunStatus.Completed);
        await AssertBytes(cluster, sweep);

        await grain.Delete();
        Assert.Equal(RunStatus.Unknown, (await cluster.Grains.GetGrain<ITrainingRunGrain>(SweepDescription.RunIdOf("s", 1)).Describe()).Status);
        Assert.Empty(await cluster.Grains.GetGrain<IRunIndexGrain>(IRunIndexGrain.Key).List());
    }

    [Fact]
    public async Task A_sweep_whose_record_cannot_be_written_says_so_and_goes_on_when_it_can()
    {
        await using var silos = new StoredSilos(_home, "c", $"sqlite:{_home["c.db"]}");
        await silos.Start(1);
        await using var cluster = await StoredClusters.Connect("c", StoreName.Parse($"sqlite:{_home["c.db"]}", "store"));
        var grain = cluster.Grains.GetGrain<ISweepGrain>("s");
        await grain.Start(Plan(halving: 0), null);

        await Execute("CREATE TRIGGER refusal BEFORE UPDATE ON OrleansStorage WHEN NEW.GrainTypeString = 'sweep' BEGIN SELECT RAISE(ABORT, 'a test refuses'); END");
        var failing = await Until(grain, sweep => sweep.Message is not null);
        Assert.Equal(RunStatus.Running, failing.Status);
        Assert.Contains("a test refuses", failing.Message, StringComparison.Ordinal);
        await Execute("DROP TRIGGER refusal");
        var sweep = await Until(grain, sweep => sweep.Status == RunStatus.Completed);

        Assert.Null(sweep.Message);
        await AssertBytes(cluster, sweep);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    /// <summary>Executes a command in the store of the cluster.</summary>
    private async Task Execute(string text)
    {
        await using var connection = new SqliteConnection($"Data Source={_home["c.db"]};Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static string[] Outcome(SweepDescription sweep) =>
        [.. sweep.Trials.Select(trial => $"{trial.Status} {string.Join(' ', trial.Epochs.Select(epoch => $"{epoch.TestMetric:R}/{epoch.TestLoss:R}"))}")];

    private static async Task<SweepDescription> Run(TrainingCluster cluster, string id, SweepPlan plan)
    {
        var grain = cluster.Grains.GetGrain<ISweepGrain>(id);
        await grain.Start(plan, null);
        return await Until(grain, sweep => sweep.Status == RunStatus.Completed);
    }

    private static async Task<SweepDescription> Until(ISweepGrain grain, Func<SweepDescription, bool> condition)
    {
        var sweep = await RetryingCall.Ask(grain.Describe);
        while (!condition(sweep))
        {
            Cancellation.ThrowIfCancellationRequested();
            Assert.DoesNotContain(sweep.Trials, trial => trial.Status == TrialStatus.Failed);
            var version = sweep.Version;
            sweep = (await RetryingCall.Ask(() => grain.Watch(version))) with { Plan = sweep.Plan };
        }

        return sweep;
    }

    private async Task AssertBytes(TrainingCluster cluster, SweepDescription sweep)
    {
        foreach (var trial in sweep.Trials.Where(trial => trial.Status == TrialStatus.Completed))
        {
            var plan = sweep.Plan!.Trials[trial.Number - 1].Plan;
            var weights = await RetryingCall.Ask(cluster.Grains.GetGrain<ITrainingRunGrain>(SweepDescription.RunIdOf(sweep.SweepId, trial.Number)).GetWeights);
            using var folder = new TemporaryFolder();
            ModelWeights.Write(folder["w"], TrainingSetup.Of(plan), weights!.State, weights.NamedEpoch);
            Assert.Equal(PlainRun.Sha256(plan, data.Load()), FileDigest(folder["w"]));
        }
    }

    private static string FileDigest(string path) => Mnist.Distributed.Training.Files.FileDigest.Sha256(path);

    private SweepPlan Plan(int halving) => new(
        [
            .. Rates.SelectMany(rate => new[] { 1, 2 }.Select(seed => (Rate: rate, Seed: seed))).Select((values, at) => new SweepTrial(
                at + 1,
                [new SweptValue("--lr", $"{values.Rate}"), new SweptValue("--seed", $"{values.Seed}")],
                TrainingSetup.Of(new TrainingPlan
                {
                    DataSet = "mnist",
                    DataFolder = data.Path,
                    DataDigest = data.Load().Digest,
                    Data = data.Load().Shape,
                    Workers = 2,
                    Epochs = Epochs,
                    Samples = SmallMnist.TrainCount,
                    TestSamples = SmallMnist.TestCount,
                    LearningRate = values.Rate,
                    Seed = values.Seed,
                }).Plan,
                "")),
        ],
        new RunOptions(),
        halving,
        "mnist sweep");
}
