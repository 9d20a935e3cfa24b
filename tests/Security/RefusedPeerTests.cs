using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Hosting.Access;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Cluster;
using Mnist.Distributed.Tests.Hosting.Identity;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training;
using Xunit;

namespace Mnist.Distributed.Tests.Security;

/// <summary>
/// Peers that may not come in, or not do what they ask for, change nothing of a run of silos that
/// speak TLS.
/// </summary>
public sealed class RefusedPeerTests(SmallMnist data) : IAsyncDisposable
{
    private const string Cluster = "c";

    private readonly UserHome _home = new();
    private readonly Identities _identities = new(Cluster);

    private SqliteStore Store => new(_home["c.db"]);

    [Fact]
    public async Task Strangers_are_told_why_and_an_observer_changes_nothing()
    {
        await using var silos = await Silos(2);
        using var others = new Identities(Cluster);
        var kim = _identities.Issue("kim", ClusterRole.Operator);
        await using var cluster = await StoredCluster.Connect(Cluster, Store, new TlsLink(kim));
        var plan = Plan(epochs: 40);
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("run");
        await run.Start(plan, new RunOptions(), null, null);

        Assert.Contains("no authority of this cluster", await Refusal(new TlsLink(others.Issue("kim", ClusterRole.Operator))), StringComparison.Ordinal);
        Assert.Contains("is valid from", await Refusal(new TlsLink(_identities.Issue("old", ClusterRole.Operator, TimeSpan.FromMilliseconds(1)))), StringComparison.Ordinal);
        Assert.Contains("No silo of cluster", await Refusal(new OpenLink()), StringComparison.Ordinal);
        Assert.Contains("No silo of cluster", await Refusal(new LocalLink(_home["sockets"])), StringComparison.Ordinal);

        var observer = new TlsLink(_identities.Issue("lee", ClusterRole.Observer));
        await using var watching = await StoredCluster.Connect(Cluster, Store, observer);
        Assert.Equal("run", (await watching.Grains.GetGrain<ITrainingRunGrain>("run").Describe()).RunId);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => watching.Grains.GetGrain<ITrainingRunGrain>("run").Stop());
        Assert.Contains("role observer, but Stop needs the role operator", refused.Message, StringComparison.Ordinal);

        using var hostile = new HostileClient(Cluster, Store, observer);
        await hostile.Connect();
        var forbidden = HostileClient.Methods
            .Where(method => AccessTable.LeastRoleFor(Call.Of(method)!) is null or ClusterRole.Operator)
            .Select(method => (method.Name, Task: hostile.Call(method, "run")))
            .ToArray();
        Assert.Equal(AccessTable.Inside.Count + 3, forbidden.Length);

        await EndsLikeThePlainTrainer(run, plan);
        Assert.Empty(forbidden.Where(call => call.Task.IsCompletedSuccessfully).Select(call => call.Name));
        Assert.Contains("which only silos may", silos.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_are_replaced_and_revoked_during_a_run_without_a_trace_in_its_bytes()
    {
        await using var silos = await Silos(2);
        var kim = _identities.Issue("kim", ClusterRole.Operator);
        var plan = Plan(epochs: 400);
        await using var cluster = await StoredCluster.Connect(Cluster, Store, new TlsLink(kim));
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("run");
        await run.Start(plan, new RunOptions(), null, null);

        string[] holders = ["silo-1", "silo-2", "kim"];
        _identities.Authority = _identities.Authority.Rotate();
        Array.ForEach(holders, holder => _identities.Authority.CopyTrust(_identities.Folder(holder)));
        await ReadAgain(silos, 1);
        foreach (var holder in holders)
        {
            using var issued = _identities.Authority.Issue(holder, holder == "kim" ? ClusterRole.Operator : ClusterRole.Silo, TimeSpan.FromDays(1), _identities.Folder(holder));
        }

        await ReadAgain(silos, 2);
        _identities.Authority = _identities.Authority.Finish();
        using var lee = _identities.Issue("lee", ClusterRole.Operator);
        _identities.Authority.Revoke("lee");
        Array.ForEach(holders, holder => _identities.Authority.CopyTrust(_identities.Folder(holder)));
        await ReadAgain(silos, 3);

        Assert.Contains("has been revoked", await Refusal(new TlsLink(lee)), StringComparison.Ordinal);
        await EndsLikeThePlainTrainer(run, plan);
    }

    [Fact]
    public async Task Silo_that_others_could_reach_needs_an_identity()
    {
        var refusal = (await _home.Run("mnist-silo", "--Silo:Store", "sqlite:x.db", "--Silo:Address", "192.0.2.7")).IsRefused();
        Assert.Contains("it has no identity", refusal, StringComparison.Ordinal);
        Assert.False(File.Exists(_home["x.db"]));
    }

    [Fact]
    public async Task Insecure_silo_says_so_and_is_used_only_by_who_says_so_too()
    {
        await using var silos = new StoredSilos(_home, Cluster, $"{Store}");
        await silos.Start(1, _ => ["--Silo:Transport", "insecure"]);

        Assert.Contains("this silo is insecure", silos.Log, StringComparison.Ordinal);
        (await _home.Mnist("cluster", "status", "--cluster", Cluster, "--store", $"{Store}")).IsRefused();
        var status = (await _home.Mnist("cluster", "status", "--cluster", Cluster, "--store", $"{Store}", "--insecure")).Succeeds();
        Assert.Contains("is insecure", status.Error, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _home.DisposeAsync();
        _identities.Dispose();
    }

    private TrainingPlan Plan(int epochs) => new()
    {
        DataSet = "mnist",
        DataFolder = data.Path,
        Workers = 4,
        Epochs = epochs,
        Samples = SmallMnist.TrainCount,
        TestSamples = SmallMnist.TestCount,
    };

    private async Task EndsLikeThePlainTrainer(ITrainingRunGrain run, TrainingPlan plan)
    {
        var cursor = default(RunCursor);
        while (!cursor.Ended)
        {
            cursor = (await RetryingCall.Ask(() => run.Watch(cursor))).Next;
        }

        using var plain = new PlainTrainer(plan, data.Load());
        plain.Train();
        Assert.True((await run.GetState())!.Parameters.HasBytesOf(plain.State.Snapshot().Parameters));
    }

    private async Task<string> Refusal(ClusterLink link) =>
        (await Assert.ThrowsAsync<InvalidInputException>(() => StoredCluster.Connect(Cluster, Store, link))).Message;

    /// <summary>Waits until every silo has read its identity again so many times.</summary>
    private async Task ReadAgain(StoredSilos silos, int times)
    {
        while (silos.Log.Split("has been read again").Length - 1 < times * silos.Pids.Count())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), _home.Guard);
        }
    }

    private async Task<StoredSilos> Silos(int count)
    {
        var silos = new StoredSilos(_home, Cluster, $"{Store}");
        await silos.Start(count, silo =>
        {
            _identities.Issue($"silo-{silo}", ClusterRole.Silo).Dispose();
            return ["--Silo:Transport", "tls", "--Silo:Identity", _identities.Folder($"silo-{silo}")];
        });
        return silos;
    }
}
