using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Sockets;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Security;

/// <summary>A client that knows gateways and a certificate needs no store.</summary>
public sealed class GatewaysTests(SmallMnist data) : IAsyncDisposable
{
    private readonly SecureCluster _cluster = new(data);

    [Fact]
    public async Task Cluster_is_used_without_its_store_and_by_any_gateway_that_answers()
    {
        var ports = FreePorts.Take(3);
        await _cluster.Start(2, silo => ["--Silo:GatewayPort", $"{ports[silo]}"]);
        _cluster.Identities.Issue("kim", ClusterRole.Operator).Dispose();

        // Nobody listens on the first port.
        string[] access = ["--cluster", SecureCluster.Name, "--gateways", $"localhost:{ports[0]},localhost:{ports[2]}", "--identity", _cluster.Identities.Folder("kim")];
        var silos = (await _cluster.Home.Mnist(["cluster", "status", "--json", .. access])).Succeeds().Json;
        Assert.Equal(["silo-1", "silo-2"], silos.Select(silo => silo.GetProperty("silo").GetString()));
        var done = (await _cluster.Home.Mnist(["train", "--data", data.Path, "--epochs", "2", "--workers", "4", "--json", .. access])).Succeeds().Json.Last();
        Assert.Equal("completed", done.GetProperty("status").GetString());
        Assert.Single((await _cluster.Home.Mnist(["runs", "list", "--json", .. access])).Succeeds().Json);

        var refused = (await _cluster.Home.Mnist("cluster", "status", "--cluster", SecureCluster.Name, "--gateways", $"localhost:{ports[1]}")).IsRefused();
        Assert.Contains("no identity to show them", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(",", "names 0 gateways")]
    [InlineData("silo", "'silo', which is no gateway")]
    [InlineData("silo:0", "'silo:0', which is no gateway")]
    [InlineData("silo:65536", "which is no gateway")]
    [InlineData("127.0.0.1", "which is no gateway")]
    [InlineData("silo:1,sqlite:c.db", "'sqlite:c.db', which is no gateway")]
    [InlineData("nobody.invalid:1", "has an address")]
    public async Task Text_that_names_no_gateways_is_refused(string gateways, string reason) => Assert.Contains(
        reason, (await _cluster.Home.Mnist("runs", "list", "--insecure", "--gateways", gateways)).IsRefused(), StringComparison.Ordinal);

    [Fact]
    public async Task Store_and_gateways_at_once_are_refused() => Assert.Contains(
        "leave one of them out",
        (await _cluster.Home.Mnist("runs", "list", "--gateways", "a:1", "--store", "sqlite:c.db")).IsRefused(),
        StringComparison.Ordinal);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
