using System.Reflection;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Hosting.Access;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Tests.Hosting.Identity;
using Mnist.Distributed.Tests.Hosting.Transport.Guard;
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
    public async Task Strangers_and_an_observer_are_told_why_they_are_refused()
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

        await _cluster.EndsLikeThePlainTrainer(run, plan);
    }

    /// <summary>
    /// Each call has a client and a connection of its own, because the first refusal ends the
    /// connection.
    /// </summary>
    [Fact]
    public async Task Every_call_beyond_a_role_ends_its_connection_and_changes_nothing()
    {
        await _cluster.Start(2);
        await using var cluster = await StoredCluster.Connect(Cluster, _cluster.Store, _cluster.Link("kim", ClusterRole.Operator));
        var plan = _cluster.Plan(epochs: 100_000);
        var run = cluster.Grains.GetGrain<ITrainingRunGrain>("run");
        await run.Start(plan, new RunOptions(), null, null);

        var observer = _cluster.Link("lee", ClusterRole.Observer);
        var beyond = Beyond(ClusterRole.Observer);
        Assert.Equal(AccessTable.Inside.Count + AccessTable.Clients.Values.Count(role => role == ClusterRole.Operator), beyond.Count);
        foreach (var method in beyond)
        {
            await EndsItsConnection(observer, method);
        }

        // Of each grain one method, and one of Orleans' own.
        var other = _cluster.Link("max", ClusterRole.Operator);
        foreach (var method in Beyond(ClusterRole.Operator).DistinctBy(method => method.DeclaringType))
        {
            await EndsItsConnection(other, method);
        }

        await EndsItsConnection(
            other, "[Orleans.Runtime.IManagementGrain,Orleans.Core]", client => client.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero));
        await KeepsItsConnection(observer);

        await run.Stop();
        var ended = await _cluster.EndsLikeThePlainTrainer(run, plan);
        Assert.InRange(ended.Step, 1, plan.TotalSteps - 1);
        Assert.Contains("which only silos may", _cluster.Silos.Log, StringComparison.Ordinal);
        Assert.Contains("with the role observer, but the role operator is needed", _cluster.Silos.Log, StringComparison.Ordinal);
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

    /// <summary>The methods of the grains that a role may not call.</summary>
    private static IReadOnlyList<MethodInfo> Beyond(ClusterRole role) =>
        [.. HostileClient.Methods.Where(method => AccessTable.LeastRoleFor(Call.Of(method)!) is not { } least || least > role)];

    private static string NameOf(MethodInfo method) => Frames.Of(Call.Of(method)!.Interface, Call.Of(method)!.Method);

    private Task EndsItsConnection(ClusterLink link, MethodInfo method) => EndsItsConnection(link, NameOf(method), client => client.Call(method, "run"));

    /// <summary>Makes a call, and waits until its connection has been closed.</summary>
    /// <param name="link">The link of the client.</param>
    /// <param name="name">The name of the call on the wire, or a part of it.</param>
    /// <param name="call">Makes the call.</param>
    private async Task EndsItsConnection(ClusterLink link, string name, Func<HostileClient, Task> call)
    {
        var recording = new RecordingLink(link);
        using var client = new HostileClient(Cluster, _cluster.Store, recording);
        await client.Connect();
        var answer = call(client);
        var connection = await recording.Sent(name, answer, _cluster.Home.Guard);
        await connection.Ended.WaitAsync(_cluster.Home.Guard);
        Assert.False(answer.IsCompletedSuccessfully, name);
    }

    /// <summary>Makes a call that every role may make.</summary>
    private async Task KeepsItsConnection(ClusterLink link)
    {
        var recording = new RecordingLink(link);
        using var client = new HostileClient(Cluster, _cluster.Store, recording);
        await client.Connect();
        var describe = HostileClient.Methods.Single(method => method.DeclaringType == typeof(ITrainingRunGrain) && method.Name == nameof(ITrainingRunGrain.Describe));
        var answer = client.Call(describe, "run");
        await answer;
        var connection = await recording.Sent(NameOf(describe), answer, _cluster.Home.Guard);
        Assert.False(connection.Ended.IsCompleted);
    }

    private async Task<string> Refusal(ClusterLink link) =>
        (await Assert.ThrowsAsync<InvalidInputException>(() => StoredCluster.Connect(Cluster, _cluster.Store, link))).Message;

    /// <summary>Waits until every silo has read its identity again so many times.</summary>
    private Task ReadAgain(int times) =>
        Poll.Until(() => _cluster.Silos.Log.Split("has been read again").Length - 1 >= times * _cluster.Silos.Pids.Count(), _cluster.Home.Guard);
}
