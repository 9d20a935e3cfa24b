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

    private readonly YamlMappingNode _file = YamlFile.Read(Path.Combine(YamlFile.Folder, "compose.cluster.yaml"));

    private YamlMappingNode Services => _file.Mapping("services");

    private IEnumerable<string> Silos => Services.Keys().Where(name => name.StartsWith("silo-", StringComparison.Ordinal));

    [Fact]
    public void The_store_is_on_a_network_of_the_silos_alone()
    {
        Assert.Equal([Store], Services.Mapping(Store).List("networks"));
        Assert.Empty(Services.Mapping(Store).List("ports"));
        Assert.Equal("true", _file.Mapping("networks").Mapping(Store).Value("internal"));
        Assert.Equal(3, Silos.Count());
        Assert.All(Silos, silo => Assert.Equal(["silos", Store], Services.Mapping(silo).Mapping("networks").Keys()));
        Assert.All(Services.Keys().Except(Silos).Where(name => name != Store), name => Assert.Equal(["silos"], Services.Mapping(name).List("networks")));
    }

    /// <summary>A container on two networks cannot tell which of its addresses is meant.</summary>
    [Fact]
    public void Each_silo_tells_its_address_on_the_network_of_the_clients() => Assert.All(Silos, silo =>
    {
        var address = Services.Mapping(silo).Mapping("networks").Mapping("silos").Value("ipv4_address");
        Assert.NotEmpty(address);
        Assert.Equal(address, Services.Mapping(silo).Mapping("environment").Value("Silo__Address"));
    });

    [Fact]
    public void Passwords_are_in_files_that_clients_do_not_get()
    {
        var silo = _file.Mapping("x-silo");
        Assert.Equal("@/run/secrets/store", silo.Mapping("environment").Value("Silo__Store"));
        Assert.Equal(["store"], silo.List("secrets"));
        Assert.Equal(["store.conf"], Services.Mapping(Store).List("secrets"));
        Assert.StartsWith("redis-server /run/secrets/store.conf ", Services.Mapping(Store).Value("command"), StringComparison.Ordinal);
        Assert.DoesNotContain("protected-mode", Services.Mapping(Store).Value("command"), StringComparison.Ordinal);
        Assert.Contains("secrets", Services.Mapping("mnist").Keys());
        Assert.Empty(Services.Mapping("mnist").List("secrets"));
    }
}
