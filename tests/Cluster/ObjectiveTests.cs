using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Commands.Verify;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Losses;
using Xunit;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>
/// Every loss trains every task that it is for, and every loss that can learns from a teacher, with
/// the same bytes and the same results of epochs in one process and on three silos, of which one is
/// killed. <c>verify</c> confirms each run.
/// </summary>
public sealed class ObjectiveTests(SmallMnist data) : IAsyncDisposable
{
    private const string Cluster = "objectives";

    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(50);

    private readonly UserHome _home = new();

    private static TrainingCatalogue Catalogue => TrainingCatalogue.Standard;

    [Fact]
    public async Task Every_loss_trains_every_task_with_the_same_bytes_on_three_silos()
    {
        var plans = Plans();
        await using var silos = await Start();
        await using var cluster = await Connect();

        var runs = await Task.WhenAll(plans.Select((plan, at) => Begin(cluster, $"run-{at}", plan)));
        foreach (var (run, plan) in runs.Zip(plans))
        {
            await AssertEndsAsPlainTrainer(run, plan);
        }
    }

    [LongFact]
    public async Task A_killed_silo_costs_no_loss_and_no_task_any_bits()
    {
        var plans = Plans().Select(plan => plan with { Samples = SmallMnist.TrainCount, Epochs = 3 }).ToArray();
        await using var silos = await Start();
        await using var cluster = await Connect();
        var runs = await Task.WhenAll(plans.Select((plan, at) => Begin(cluster, $"run-{at}", plan)));
        foreach (var run in runs)
        {
            while (await run.Describe() is { Step: < 3 } early)
            {
                Assert.True(early.Status == RunStatus.Running, $"{early.Status}: {early.Message}");
                await Task.Delay(AskInterval, _home.Guard);
            }
        }

        await Processes.Signals.KillNow(silos.Pids.Last());

        // A run of a fast task may have ended while a slow one began. Others need the lost silo.
        var steps = await Task.WhenAll(runs.Select(async run => (await RetryingCall.Ask(run.Describe)).Step));
        var disturbed = runs.Where((_, at) => steps[at] < plans[at].TotalSteps * 3 / 4).ToArray();

        foreach (var (run, plan) in runs.Zip(plans))
        {
            await AssertEndsAsPlainTrainer(run, plan);
        }

        Assert.NotEmpty(disturbed);
        foreach (var run in disturbed)
        {
            Assert.Contains((await run.GetLedger()).Incidents, incident => incident.Kind is IncidentKind.Lost or IncidentKind.TakenOver or IncidentKind.Late or IncidentKind.Moved);
        }
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private string StoreFile => $"sqlite:{_home["objectives.db"]}";

    private async Task<StoredSilos> Start()
    {
        var silos = new StoredSilos(_home, Cluster, StoreFile);
        await silos.Start(3);
        return silos;
    }

    private Task<TrainingCluster> Connect() => StoredClusters.Connect(Cluster, StoreName.Parse(StoreFile, "store"));

    private TrainingPlan[] Plans() =>
    [
        .. Catalogue.Losses.SelectMany(loss => loss.Uses, PlanOf),
        .. Catalogue.Losses.Where(loss => loss.Taught is not null).Select(loss => TeacherFile.Note(PlanOf(loss, loss.Taught!), Teacher())),
    ];

    private string Teacher()
    {
        var plan = new TrainingPlan { Model = "mlp", Samples = 300, Seed = 9 };
        using var trainer = new PlainTrainer(plan, data.Load());
        trainer.TrainStep();
        var path = _home["teacher.safetensors"];
        ModelWeights.Write(path, TrainingSetup.Of(plan), trainer.State.Snapshot());
        return path;
    }

    private TrainingPlan PlanOf(LossDefinition loss, LossUse use) => Catalogue.Complete(DataSource.Use(
        use.In(new() { Workers = 3, Samples = 150, Seed = 4 }, loss.Name) with { Epochs = 1 },
        data.Load(),
        data.Path));

    private static async Task<ITrainingRunGrain> Begin(TrainingCluster cluster, string id, TrainingPlan plan)
    {
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>(id);
        await RetryingCall.Do(() => run.Start(plan, new RunOptions(), null, null));
        return run;
    }

    private async Task AssertEndsAsPlainTrainer(ITrainingRunGrain run, TrainingPlan plan)
    {
        var cursor = default(RunCursor);
        while (!cursor.Ended)
        {
            cursor = (await RetryingCall.Ask(() => run.Watch(cursor))).Next;
        }

        var description = await RetryingCall.Ask(run.Describe);
        Assert.Equal((RunStatus.Completed, null), (description.Status, description.Message));
        using var trainer = new PlainTrainer(plan, data.Load());
        trainer.Train();
        var state = await RetryingCall.Ask(run.GetState);
        Assert.True(Bytes(trainer.State.Snapshot()).AsSpan().SequenceEqual(Bytes(state!)), $"{plan.Loss} on {plan.Task} has other bytes than the plain trainer.");
        await AssertIsVerified(run, plan, description, state!);
    }

    private async Task AssertIsVerified(ITrainingRunGrain run, TrainingPlan plan, RunDescription description, TrainingState state)
    {
        var epochs = new EpochVerification(description, await RetryingCall.Ask(run.GetWeights));
        var verification = new Verification(TrainingSetup.Of(plan), data.Load(), start: null, await RetryingCall.Ask(run.GetLedger), state, epochs);
        var hashes = verification.Compare(new StepRange(0, plan.TotalSteps)).ToArray();
        Assert.NotEmpty(hashes);
        Assert.All(hashes, hash => Assert.Equal(hash.Recorded, hash.Computed));
        Assert.Equal((null, null, null), (verification.WrongCheckpoint, epochs.WrongEnd, epochs.WrongWeights));
        Assert.Equal(plan.Epochs, epochs.Compared.Count);
        Assert.All(epochs.Compared, epoch => Assert.True(epoch.Agrees, $"{plan.Loss} on {plan.Task}: {epoch}"));
    }

    private static byte[] Bytes(TrainingState state) => [.. MemoryMarshal.AsBytes(state.Parameters.Span), .. MemoryMarshal.AsBytes(state.Slots.Span)];
}
