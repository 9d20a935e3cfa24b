using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Servers;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Stores;

public sealed class SqliteMembershipTests(StoreServers servers) : RelationalMembershipTests(servers, StoreKind.Sqlite)
{
    [Fact]
    public async Task Members_can_be_listed_and_forgotten_without_a_silo()
    {
        var table = await Table();
        var store = new SqliteStore(Store["sqlite:".Length..]);
        await Insert(table, With(Entry(1), SiloStatus.Active));
        await Insert(table, With(Entry(2), SiloStatus.Dead));

        Assert.Equal(
            [
                new MembershipRow(Entry(1).SiloAddress.ToParsableString(), "127.0.0.1:1001", SiloStatus.Active),
                new MembershipRow(Entry(2).SiloAddress.ToParsableString(), "127.0.0.1:1002", SiloStatus.Dead),
            ],
            store.ReadMembership(Cluster));

        store.ClearMembership(Cluster);
        Assert.Empty(store.ReadMembership(Cluster));
        Assert.True(await Insert(table, Entry(1)));
    }
}
