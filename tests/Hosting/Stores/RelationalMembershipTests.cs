using Mnist.Distributed.Tests.Servers;

using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Stores;

/// <summary>The guarantees of the project's own scripts that go beyond the protocol.</summary>
public abstract class RelationalMembershipTests(StoreServers servers, StoreKind kind) : MembershipTests(servers, kind)
{
    [Fact]
    public async Task A_change_to_a_silo_that_is_not_there_changes_nothing()
    {
        var table = await Table();
        await Insert(table, Entry(1));
        var before = await table.ReadAllAsync(Cancellation);

        Assert.False(await Update(table, Entry(2)));

        await IsUnchangedSince(before, table);
    }
}
