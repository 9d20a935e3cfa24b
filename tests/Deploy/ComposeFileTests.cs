using Xunit;
using YamlDotNet.RepresentationModel;

namespace Mnist.Distributed.Tests.Deploy;

/// <summary>
/// Who reaches the store of <c>deploy/compose.cluster.yaml</c>: the silos, and they need its
/// password.
/// </summary>
public sealed class ComposeFileTests
{
    private const string Store = "store";
    private const string Identities = "identities";

    private readonly YamlMappingNode _file = YamlFile.Read(Path.Combine(YamlFile.Folder, "compose.cluster.yaml"));

    private YamlMappingNode Services => _file.Mapping("services");

    private IEnumerable<string> Silos => Services.Keys().Where(name => name.StartsWith("silo-", StringComparison.Ordinal));

    [Fact]
    public void The_store_is_on_a_network_of_the_silos_alone()
    {
        Assert.Equal([Store], Services.Mapping(Store).List("networks"));
        Assert.Empty(Services.Mapping(Store).List("ports"));
        Assert.Equal("true", _file.Mapping("networks").Mapping(Store).Value("internal"));
        Assert.Equal("none", Services.Mapping(Identities).Value("network_mode"));
        Assert.Equal(3, Silos.Count());
        Assert.All(Silos, silo => Assert.Equal(["silos", Store], Services.Mapping(silo).Mapping("networks").Keys()));
        Assert.All(Services.Keys().Except([.. Silos, Store, Identities]), name => Assert.Equal(["silos"], Services.Mapping(name).List("networks")));
    }

    /// <summary>A container on two networks cannot tell which of its addresses is meant.</summary>
    [Fact]
    public void Each_silo_tells_its_address_on_the_network_of_the_clients() => Assert.All(Silos, silo =>
    {
        var address = Services.Mapping(silo).Mapping("networks").Mapping("silos").Value("ipv4_address");
        Assert.NotEmpty(address);
        Assert.Equal(address, Services.Mapping(silo).Mapping("environment").Value("Silo__Address"));
    });

    /// <summary>Only the service that makes them sees them all, and it has no network.</summary>
    [Fact]
    public void Each_service_sees_only_the_secrets_that_it_needs()
    {
        var silo = _file.Mapping("x-silo");
        Assert.Equal("@/identity/store/store", silo.Mapping("environment").Value("Silo__Store"));
        Assert.Equal(["silo:/identity/silo:ro", "store:/identity/store:ro"], silo.List("volumes"));
        Assert.Equal(["data:/data"], Services.Mapping(Store).List("volumes"));
        Assert.StartsWith("redis-server /data/store.conf ", Services.Mapping(Store).Value("command"), StringComparison.Ordinal);
        Assert.DoesNotContain("protected-mode", Services.Mapping(Store).Value("command"), StringComparison.Ordinal);
        Assert.Equal(["operator:/identity/operator:ro"], Services.Mapping("mnist").List("volumes"));
        Assert.DoesNotContain("volumes", Services.Mapping("jaeger").Keys());
        Assert.All(Silos, name => Assert.DoesNotContain("volumes", Services.Mapping(name).Keys()));
    }

    [Fact]
    public void The_containers_of_the_cluster_can_write_to_their_volumes_only()
    {
        Assert.All([_file.Mapping("x-silo"), Services.Mapping(Store)], container =>
        {
            Assert.Equal("true", container.Value("read_only"));
            Assert.Equal(["ALL"], container.List("cap_drop"));
        });
    }
}
