using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Cluster;
using Mnist.Distributed.Tests.Hosting.Identity;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training;
using Xunit;

namespace Mnist.Distributed.Tests.Security;

/// <summary>Silos with identities, which listen on TCP ports, and a run on them.</summary>
internal sealed class SecureCluster : IAsyncDisposable
{
    /// <summary>Name of the cluster.</summary>
    public const string Name = "c";

    private readonly SmallMnist _data;

    public SecureCluster(SmallMnist data)
    {
        _data = data;
        Silos = new StoredSilos(Home, Name, $"{Store}");
    }

    /// <summary>The home of the user of all processes.</summary>
    public UserHome Home { get; } = new();

    /// <summary>The authority of the cluster, and its identities.</summary>
    public Identities Identities { get; } = new(Name);

    /// <summary>The store of the cluster.</summary>
    public SqliteStore Store => new(Home["c.db"]);

    /// <summary>The silos.</summary>
    public StoredSilos Silos { get; }

    /// <summary>Starts silos that speak TLS.</summary>
    /// <param name="count">How many.</param>
    /// <param name="options">More options of a silo, by its number.</param>
    public Task Start(int count, Func<int, string[]>? options = null) => Silos.Start(count, silo =>
    {
        var name = $"silo-{silo}";
        Identities.Issue(name, ClusterRole.Silo).Dispose();
        return ["--Silo:Transport", "tls", "--Silo:Identity", Identities.Folder(name), .. options?.Invoke(silo) ?? []];
    });

    /// <summary>The link of somebody with a new certificate.</summary>
    public TlsLink Link(string name, ClusterRole role) => new(Identities.Issue(name, role));

    /// <summary>A plan for the small data set.</summary>
    public TrainingPlan Plan(int epochs) => new()
    {
        DataSet = "mnist",
        DataFolder = _data.Path,
        Workers = 4,
        Epochs = epochs,
        Samples = SmallMnist.TrainCount,
        TestSamples = SmallMnist.TestCount,
    };

    /// <summary>Waits for the end of a run, and compares its bytes with the plain
    /// trainer's.</summary>
    /// <returns>The state at the end.</returns>
    public async Task<TrainingState> EndsLikeThePlainTrainer(ITrainingRunGrain run, TrainingPlan plan)
    {
        var cursor = default(RunCursor);
        while (!cursor.Ended)
        {
            cursor = (await RetryingCall.Ask(() => run.Watch(cursor))).Next;
        }

        var ended = (await run.GetState())!;
        using var plain = new PlainTrainer(plan, _data.Load());
        while (plain.State.Step < ended.Step)
        {
            plain.TrainStep();
        }

        Assert.True(ended.Parameters.HasBytesOf(plain.State.Snapshot().Parameters));
        return ended;
    }

    public async ValueTask DisposeAsync()
    {
        await Silos.DisposeAsync();
        await Home.DisposeAsync();
        Identities.Dispose();
    }
}
