using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Hosting.Access;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Tests.Hosting.Identity;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Security;

/// <summary>
/// Peers that may not come in, or not do what they ask for, change nothing of a run of silos that
/// speak TLS.
/// </summary>
public sealed class RefusedPeerTests(SmallMnist data) : IAsyncDisposable
{
    private const string Cluster = SecureCluster.Name;

    private readonly SecureCluster _cluster = new(data);

    [Fact]
    public async Task Strangers_are_told_why_and_an_observer_changes_nothing()
    {
        await _cluster.Start(2);
        using var others = new Identities(Cluster);
        await using var cluster = await StoredCluster.Connect(Cluster, _cluster.Store, _cluster.Link("kim", ClusterRole.Operator));
        var plan = _cluster.Plan(epochs: 40);
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("run");
        await run.Start(plan, new RunOptions(), null, null);

        Assert.Contains("no authority of this cluster", await Refusal(new TlsLink(others.Issue("kim", ClusterRole.Operator))), StringComparison.Ordinal);
        Assert.Contains("is valid from", await Refusal(new TlsLink(_cluster.Identities.Issue("old", ClusterRole.Operator, TimeSpan.FromMilliseconds(1)))), StringComparison.Ordinal);
        Assert.Contains("No silo of cluster", await Refusal(new OpenLink()), StringComparison.Ordinal);
        Assert.Contains("No silo of cluster", await Refusal(new LocalLink(_cluster.Home["sockets"])), StringComparison.Ordinal);

        var observer = _cluster.Link("lee", ClusterRole.Observer);
        await using var watching = await StoredCluster.Connect(Cluster, _cluster.Store, observer);
        Assert.Equal("run", (await watching.Grains.GetGrain<ITrainingRunGrain>("run").Describe()).RunId);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => watching.Grains.GetGrain<ITrainingRunGrain>("run").Stop());
        Assert.Contains("role observer, but Stop needs the role operator", refused.Message, StringComparison.Ordinal);

        using var hostile = new HostileClient(Cluster, _cluster.Store, observer);
        await hostile.Connect();
        var forbidden = HostileClient.Methods
            .Where(method => AccessTable.LeastRoleFor(Call.Of(method)!) is null or ClusterRole.Operator)
            .Select(method => (method.Name, Task: hostile.Call(method, "run")))
            .ToArray();
        Assert.Equal(AccessTable.Inside.Count + 3, forbidden.Length);

        await _cluster.EndsLikeThePlainTrainer(run, plan);
        Assert.Empty(forbidden.Where(call => call.Task.IsCompletedSuccessfully).Select(call => call.Name));
        Assert.Contains("which only silos may", _cluster.Silos.Log, StringComparison.Ordinal);
    }

    [LongFact]
    public async Task Certificates_are_replaced_and_revoked_during_a_run_without_a_trace_in_its_bytes()
    {
        await _cluster.Start(2);
        var plan = _cluster.Plan(epochs: 400);
        await using var cluster = await StoredCluster.Connect(Cluster, _cluster.Store, _cluster.Link("kim", ClusterRole.Operator));
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("run");
        await run.Start(plan, new RunOptions(), null, null);

        string[] holders = ["silo-1", "silo-2", "kim"];
        _cluster.Identities.Authority = _cluster.Identities.Authority.Rotate();
        Array.ForEach(holders, holder => _cluster.Identities.Authority.CopyTrust(_cluster.Identities.Folder(holder)));
        await ReadAgain(1);
        foreach (var holder in holders)
        {
            using var issued = _cluster.Identities.Authority.Issue(holder, holder == "kim" ? ClusterRole.Operator : ClusterRole.Silo, TimeSpan.FromDays(1), _cluster.Identities.Folder(holder));
        }

        await ReadAgain(2);
        _cluster.Identities.Authority = _cluster.Identities.Authority.Finish();
        using var lee = _cluster.Identities.Issue("lee", ClusterRole.Operator);
        _cluster.Identities.Authority.Revoke("lee");
        Array.ForEach(holders, holder => _cluster.Identities.Authority.CopyTrust(_cluster.Identities.Folder(holder)));
        await ReadAgain(3);

        Assert.Contains("has been revoked", await Refusal(new TlsLink(lee)), StringComparison.Ordinal);
        await _cluster.EndsLikeThePlainTrainer(run, plan);
    }

    [Fact]
    public async Task Silo_that_others_could_reach_needs_an_identity()
    {
        var refusal = (await _cluster.Home.Run("mnist-silo", "--Silo:Store", "sqlite:x.db", "--Silo:Address", "192.0.2.7")).IsRefused();
        Assert.Contains("it has no identity", refusal, StringComparison.Ordinal);
        Assert.False(File.Exists(_cluster.Home["x.db"]));
    }

    [Fact]
    public async Task Insecure_silo_says_so_and_is_used_only_by_who_says_so_too()
    {
        await _cluster.Silos.Start(1, _ => ["--Silo:Transport", "insecure"]);

        Assert.Contains("this silo is insecure", _cluster.Silos.Log, StringComparison.Ordinal);
        (await _cluster.Home.Mnist("cluster", "status", "--cluster", Cluster, "--store", $"{_cluster.Store}")).IsRefused();
        var status = (await _cluster.Home.Mnist("cluster", "status", "--cluster", Cluster, "--store", $"{_cluster.Store}", "--insecure")).Succeeds();
        Assert.Contains("is insecure", status.Error, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private async Task<string> Refusal(ClusterLink link) =>
        (await Assert.ThrowsAsync<InvalidInputException>(() => StoredCluster.Connect(Cluster, _cluster.Store, link))).Message;

    /// <summary>Waits until every silo has read its identity again so many times.</summary>
    private async Task ReadAgain(int times)
    {
        while (_cluster.Silos.Log.Split("has been read again").Length - 1 < times * _cluster.Silos.Pids.Count())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), _cluster.Home.Guard);
        }
    }
}
