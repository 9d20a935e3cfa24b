using System.Net;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Servers;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Stores;

/// <summary>
/// The membership protocol on a store, by Orleans' own implementation of the table.
/// </summary>
public abstract class MembershipTests(StoreServers servers, StoreKind kind) : IAsyncLifetime
{
    protected const string Cluster = "cluster";

    private static readonly DateTime Now = new(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private StoreParts _parts = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The store's name.</summary>
    protected string Store { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Store = await servers.NewStore(kind);
        _parts = new StoreParts(StoreName.Parse(Store, "store"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_parts is not null)
        {
            await _parts.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_cluster_starts_empty_and_is_begun_once()
    {
        var table = await Table();
        await Insert(table, Entry(1));

        var other = await Table();

        Assert.Single((await other.ReadAllAsync(Cancellation)).Members);
        Assert.Empty((await (await _parts.Membership("other", Cancellation)).ReadAllAsync(Cancellation)).Members);
    }

    [Fact]
    public async Task A_silo_that_joins_raises_the_version_by_one()
    {
        var table = await Table();
        var before = (await table.ReadAllAsync(Cancellation)).Version;

        Assert.True(await Insert(table, Entry(1)));

        Assert.Equal(before.Version + 1, (await table.ReadAllAsync(Cancellation)).Version.Version);
    }

    [Fact]
    public async Task An_entry_is_read_as_it_was_written()
    {
        var table = await Table();
        var written = Entry(1);
        await Insert(table, written);

        var (read, _) = Assert.Single((await table.ReadRowAsync(written.SiloAddress, Cancellation)).Members);

        Assert.Equal(written.ToFullString(), read.ToFullString());
    }

    [Fact]
    public async Task A_silo_that_knows_an_old_version_changes_nothing()
    {
        var table = await Table();
        var old = (await table.ReadAllAsync(Cancellation)).Version.Next();
        await Insert(table, Entry(1));
        var before = await table.ReadAllAsync(Cancellation);

        Assert.False(await table.InsertRowAsync(Entry(2), old, Cancellation));
        Assert.False(await table.UpdateRowAsync(With(Entry(1), SiloStatus.Dead), old.VersionEtag, old, Cancellation));

        await IsUnchangedSince(before, table);
    }

    [Fact]
    public async Task A_silo_cannot_join_twice()
    {
        var table = await Table();
        await Insert(table, Entry(1));
        var before = await table.ReadAllAsync(Cancellation);

        Assert.False(await Insert(table, Entry(1)));

        await IsUnchangedSince(before, table);
    }

    [Fact]
    public async Task Of_silos_that_join_at_once_each_version_admits_one()
    {
        var table = await Table();
        var version = (await table.ReadAllAsync(Cancellation)).Version.Next();

        var joined = await Task.WhenAll(Enumerable.Range(1, 6).Select(silo =>
            Task.Run(() => table.InsertRowAsync(Entry(silo), version, Cancellation))));

        Assert.Single(joined, admitted => admitted);
        Assert.Single((await table.ReadAllAsync(Cancellation)).Members);
    }

    [Fact]
    public async Task A_change_of_status_raises_the_version_by_one()
    {
        var table = await Table();
        await Insert(table, Entry(1));
        var suspected = With(Entry(1), SiloStatus.ShuttingDown);
        suspected.AddSuspector(Entry(2).SiloAddress, Now);
        var before = (await table.ReadAllAsync(Cancellation)).Version;

        Assert.True(await Update(table, suspected));

        var after = await table.ReadRowAsync(suspected.SiloAddress, Cancellation);
        Assert.Equal(before.Version + 1, after.Version.Version);
        Assert.Equal(suspected.ToFullString(), Assert.Single(after.Members).Item1.ToFullString());
    }

    [Fact]
    public async Task A_sign_of_life_does_not_raise_the_version()
    {
        var table = await Table();
        await Insert(table, Entry(1));
        var before = (await table.ReadAllAsync(Cancellation)).Version;
        var alive = Entry(1);
        alive.IAmAliveTime = Now.AddMinutes(5);

        await table.UpdateIAmAliveAsync(alive, Cancellation);

        var after = await table.ReadAllAsync(Cancellation);
        Assert.Equal(before, after.Version);
        Assert.Equal(alive.IAmAliveTime, Assert.Single(after.Members).Item1.IAmAliveTime);
    }

    [Fact]
    public async Task Old_entries_are_swept_unless_their_silo_is_active()
    {
        var table = await Table();
        await Insert(table, With(Entry(1), SiloStatus.Dead));
        await Insert(table, With(Entry(2), SiloStatus.Active));
        await Insert(table, With(Entry(3), SiloStatus.Dead, alive: Now.AddHours(1)));

        await table.CleanupDefunctSiloEntriesAsync(Now.AddMinutes(1), Cancellation);

        Assert.Equal(
            [Entry(2).SiloAddress, Entry(3).SiloAddress],
            (await table.ReadAllAsync(Cancellation)).Members.Select(member => member.Item1.SiloAddress).Order());
    }

    [Fact]
    public async Task A_deleted_cluster_leaves_others_alone()
    {
        var table = await Table();
        await Insert(table, Entry(1));
        var other = await _parts.Membership("other", Cancellation);
        await Insert(other, Entry(2));

        await table.DeleteMembershipTableEntriesAsync(Cluster, Cancellation);

        Assert.Empty((await (await Table()).ReadAllAsync(Cancellation)).Members);
        Assert.Single((await other.ReadAllAsync(Cancellation)).Members);
    }

    [Fact]
    public async Task Clients_are_shown_the_gateways_of_active_silos()
    {
        var table = await Table();
        await Insert(table, With(Entry(1), SiloStatus.Active));
        await Insert(table, With(Entry(2), SiloStatus.Joining));
        await Insert(table, With(Entry(3), SiloStatus.Active, proxyPort: 0));
        await Insert(table, With(Entry(4), SiloStatus.Dead));

        var gateway = Assert.Single(await _parts.Gateways(Cluster, Cancellation));

        Assert.Equal(Entry(1).ProxyPort, gateway.Port);
    }

    protected Task<IMembershipTable> Table() => _parts.Membership(Cluster, Cancellation);

    protected static async Task<bool> Insert(IMembershipTable table, MembershipEntry entry) =>
        await table.InsertRowAsync(entry, (await table.ReadAllAsync(Cancellation)).Version.Next(), Cancellation);

    protected static async Task<bool> Update(IMembershipTable table, MembershipEntry entry)
    {
        var version = (await table.ReadAllAsync(Cancellation)).Version;
        return await table.UpdateRowAsync(entry, version.VersionEtag, version.Next(), Cancellation);
    }

    protected static async Task IsUnchangedSince(MembershipTableData before, IMembershipTable table) =>
        Assert.Equal(before.ToString(), (await table.ReadAllAsync(Cancellation)).ToString());

    protected static MembershipEntry Entry(int silo) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, 1000 + silo, generation: silo),
        SiloName = $"silo-{silo}",
        HostName = "localhost",
        Status = SiloStatus.Joining,
        ProxyPort = 2000 + silo,
        StartTime = Now.AddSeconds(silo),
        IAmAliveTime = Now,
    };

    protected static MembershipEntry With(MembershipEntry entry, SiloStatus status, int? proxyPort = null, DateTime? alive = null)
    {
        entry.Status = status;
        entry.ProxyPort = proxyPort ?? entry.ProxyPort;
        entry.IAmAliveTime = alive ?? entry.IAmAliveTime;
        return entry;
    }
}
