using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Data.Sqlite;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Servers;
using Mnist.Distributed.Tests.Training.Files;
using StackExchange.Redis;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Stores;

/// <summary>
/// A store that cannot be used is refused soon, with one sentence, and is not changed.
/// </summary>
public sealed class UnusableStoreTests(StoreServers servers) : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("redis:127.0.0.1:{0}")]
    [InlineData("redis:127.0.0.1:{0},abortConnect=false")]
    [InlineData("postgresql:Host=127.0.0.1;Port={0};Username=u")]
    public async Task Nobody_listens(string name)
    {
        var sentence = await Refusal(string.Format(null, name, Mnist.Distributed.Hosting.Sockets.FreePorts.Take(1)[0]));

        Assert.Contains("cannot be reached", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis:127.0.0.1:{0}")]
    [InlineData("postgresql:Host=127.0.0.1;Port={0};Username=u")]
    public async Task The_server_is_silent(string name)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var sentence = await Refusal(string.Format(null, name, ((IPEndPoint)silent.LocalEndpoint).Port));

        Assert.Contains("cannot be reached", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis:127.0.0.1:{0}")]
    [InlineData("postgresql:Host=127.0.0.1;Port={0};Username=u")]
    public async Task The_server_is_something_else(string name)
    {
        using var web = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        var serving = Serve(web);

        var sentence = await Refusal(string.Format(null, name, ((IPEndPoint)web.LocalEndpoint).Port));

        Assert.Contains("cannot be reached", sentence, StringComparison.Ordinal);
        web.Stop();
        await serving;
    }

    [Fact]
    public async Task The_Redis_wants_a_password()
    {
        await using var server = await RedisServer.Start("--requirepass", "secret");
        var store = await server.NewStore();

        Assert.Contains("password", await Refusal(store), StringComparison.Ordinal);
        Assert.Contains("password", await Refusal($"{store},password=wrong"), StringComparison.Ordinal);
        await StoreName.Parse($"{store},password=secret", "store").Create("cluster");
    }

    [Fact]
    public async Task The_Redis_is_a_replica_that_cannot_write()
    {
        await using var server = await RedisServer.Start("--replicaof", "127.0.0.1", "1");

        Assert.Contains("replica", await Refusal(await server.NewStore()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a list")]
    [InlineData("a hash of something else")]
    public async Task The_Redis_key_is_something_elses(string what)
    {
        var name = await servers.NewStore(StoreKind.Redis);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(name["redis:".Length..]);
        if (what == "a list")
        {
            await connection.GetDatabase().ListLeftPushAsync("mnist/members/cluster", "x");
        }
        else
        {
            await connection.GetDatabase().HashSetAsync("mnist/members/cluster", "Version", "2026-beta");
        }

        Assert.Contains("made by something else", await Refusal(name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_is_unknown()
    {
        var name = await servers.NewStore(StoreKind.PostgreSql);

        Assert.Contains("nowhere", await Refusal(name + "nowhere"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CREATE TABLE mnist.OrleansQuery (Id integer)")]
    [InlineData("CREATE TABLE mnist.OrleansQuery (QueryKey text, QueryText text)")]
    [InlineData("CREATE TABLE mnist.OrleansStorage (GrainIdHash integer PRIMARY KEY, PayloadBinary bytea)")]
    [InlineData("CREATE TABLE mnist.OrleansMembershipVersionTable (DeploymentId text, Timestamp timestamptz, Version integer)")]
    [InlineData("CREATE VIEW mnist.OrleansMembershipTable AS SELECT 1 AS DeploymentId")]
    public async Task The_PostgreSql_schema_is_something_elses(string statement)
    {
        var name = await servers.NewStore(StoreKind.PostgreSql);
        await (await servers.PostgreSql()).Execute(name[(name.LastIndexOf('=') + 1)..], $"CREATE SCHEMA mnist; {statement}");

        Assert.Contains("made by something else", await Refusal(name), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CREATE TABLE OrleansQuery (Id INTEGER)")]
    [InlineData("CREATE TABLE OrleansStorage (GrainIdHash INTEGER PRIMARY KEY, PayloadBinary BLOB)")]
    [InlineData("CREATE TABLE OrleansMembershipVersionTable (DeploymentId TEXT, Timestamp TEXT, Version INTEGER)")]
    [InlineData("CREATE VIEW OrleansMembershipTable AS SELECT 1 AS DeploymentId")]
    public async Task The_SQLite_schema_is_something_elses(string statement)
    {
        Execute(_folder["other.db"], statement);

        Assert.Contains("the database of something else", await Refusal($"sqlite:{_folder["other.db"]}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_is_no_database()
    {
        var file = _folder.Write("notes.txt", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("These are notes.\n", 100))));
        var before = await File.ReadAllBytesAsync(file, Cancellation);

        Assert.Contains("not a SQLite database", await Refusal($"sqlite:{file}"), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(file, Cancellation));
    }

    [Fact]
    public async Task The_file_is_a_folder_or_below_a_file()
    {
        Assert.Contains("cannot be used", await Refusal($"sqlite:{_folder.Path}"), StringComparison.Ordinal);
        Assert.Contains("cannot be used", await Refusal($"sqlite:{_folder.Write("file", [])}/cluster.db"), StringComparison.Ordinal);
    }

    /// <summary>
    /// For any damage of the file, either the silo can read the data that it needs at once, or the
    /// store is refused.
    /// </summary>
    [Fact]
    public async Task The_database_is_damaged()
    {
        var sound = _folder["sound.db"];
        await new SqliteStore(sound).Create("cluster");
        Execute(sound, "INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES ('cluster')");
        Execute(sound, "PRAGMA wal_checkpoint(TRUNCATE)");
        SqliteConnection.ClearAllPools();
        var bytes = await File.ReadAllBytesAsync(sound, Cancellation);
        var refused = 0;
        for (var page = 0; page < bytes.Length; page += 4096)
        {
            var damaged = bytes.ToArray();
            damaged.AsSpan(page + (page == 0 ? 100 : 0), 64).Fill(0xA5);
            var file = _folder.Write($"{page}.db", damaged);
            if (await Record.ExceptionAsync(() => StoreName.Parse($"sqlite:{file}", "store").Create("cluster")) is { } failure)
            {
                refused++;
                Assert.Contains("damaged", Assert.IsType<InvalidInputException>(failure).Message, StringComparison.Ordinal);
            }
            else
            {
                await new SqliteStore(file).Check("cluster");
                Assert.Empty(new SqliteStore(file).ReadMembership("cluster"));
            }
        }

        Assert.True(refused > 0);
    }

    [Fact]
    public async Task The_file_is_cut_off()
    {
        var sound = _folder["sound.db"];
        await new SqliteStore(sound).Create("cluster");
        Execute(sound, "PRAGMA wal_checkpoint(TRUNCATE)");
        SqliteConnection.ClearAllPools();
        var bytes = await File.ReadAllBytesAsync(sound, Cancellation);
        var file = _folder.Write("short.db", bytes[..(bytes.Length / 2)]);

        Assert.Contains("damaged", await Refusal($"sqlite:{file}"), StringComparison.Ordinal);
        Assert.Contains("damaged", Assert.Throws<InvalidInputException>(() => new SqliteStore(file).ReadMembership("cluster")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a new one")]
    [InlineData("one that is there")]
    public async Task The_disk_is_full(string file)
    {
        await OnDisk("size=1m", async disk =>
        {
            var path = Path.Combine(disk, "cluster.db");
            if (file == "one that is there")
            {
                await new SqliteStore(path).Create("cluster");
                Execute(path, "PRAGMA user_version = 1");
                SqliteConnection.ClearAllPools();
            }

            Fill(Path.Combine(disk, "ballast"));

            Assert.Contains("cannot be", await Refusal($"sqlite:{path}"), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("a new one")]
    [InlineData("one that is there")]
    public async Task The_disk_cannot_be_written(string file)
    {
        await OnDisk("size=8m", async disk =>
        {
            var path = Path.Combine(disk, "cluster.db");
            if (file == "one that is there")
            {
                await new SqliteStore(path).Create("cluster");
                SqliteConnection.ClearAllPools();
            }

            await ServerProcess.Run("mount", "-o", "remount,ro", disk);

            Assert.Contains("cannot be", await Refusal($"sqlite:{path}"), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_proxy_before_PostgreSql_refuses_to_be_told_a_schema()
    {
        await using var proxy = new PoolerInBetween(await servers.NewStore(StoreKind.PostgreSql), ignores: false);

        Assert.Contains("ignore_startup_parameters", await Refusal(proxy.Store), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_before_PostgreSql_takes_another_schema()
    {
        var name = await servers.NewStore(StoreKind.PostgreSql);
        var database = name[(name.LastIndexOf('=') + 1)..];
        await using var proxy = new PoolerInBetween(name, ignores: true);
        var pooled = proxy.Store.Replace("Username=mnist", "Username=pooled", StringComparison.Ordinal);
        await (await servers.PostgreSql()).Execute(database, "CREATE ROLE pooled LOGIN SUPERUSER");

        Assert.Contains("schema 'public'", await Refusal(pooled), StringComparison.Ordinal);
        Assert.Contains("schema 'public'", (await Assert.ThrowsAsync<InvalidInputException>(() => StoreName.Parse(pooled, "store").Check("cluster"))).Message, StringComparison.Ordinal);

        // The sentence advises to give the role a setting of its own. With it the tables are in the
        // right schema.
        await (await servers.PostgreSql()).Execute(database, "ALTER ROLE pooled SET search_path = mnist");
        await StoreName.Parse(pooled, "store").Create("cluster");
        var unknown = await Assert.ThrowsAsync<InvalidInputException>(() => StoreName.Parse(name, "store").Check("cluster"));
        Assert.Contains("no cluster", unknown.Message, StringComparison.Ordinal);
        await (await servers.PostgreSql()).Execute(database, "SELECT * FROM mnist.OrleansMembershipTable");
    }

    [Fact]
    public async Task The_file_is_locked()
    {
        var file = _folder["locked.db"];
        await new SqliteStore(file).Create("cluster");
        using var other = new SqliteConnection($"Data Source={file}");
        other.Open();
        using var command = other.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        command.ExecuteNonQuery();

        Assert.Contains("locked", await Refusal($"sqlite:{file}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    [InlineData(StoreKind.Redis)]
    public async Task A_client_is_told_that_a_cluster_is_unknown(StoreKind kind)
    {
        var store = StoreName.Parse(await servers.NewStore(kind), "store");
        await Assert.ThrowsAsync<InvalidInputException>(() => store.Check("cluster"));

        await using var parts = new StoreParts(store);
        await parts.Membership("cluster", Cancellation);
        await store.Check("cluster");

        var unknown = await Assert.ThrowsAsync<InvalidInputException>(() => store.Check("other"));
        Assert.Contains("no cluster other", unknown.Message, StringComparison.Ordinal);
    }

    private static async Task<string> Refusal(string name)
    {
        var start = Stopwatch.GetTimestamp();
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => StoreName.Parse(name, "store").Create("cluster"));
        Assert.True(Stopwatch.GetElapsedTime(start) < Soon, $"It took {Stopwatch.GetElapsedTime(start)}.");
        Assert.DoesNotContain('\n', refused.Message);
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
        return refused.Message;
    }

    /// <summary>Runs a test on a file system of its own. It needs the right to mount one.</summary>
    private async Task OnDisk(string options, Func<string, Task> test)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "A small file system can be mounted by root on Linux only.");
        var disk = Directory.CreateDirectory(_folder["disk"]).FullName;
        await ServerProcess.Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk);
        try
        {
            await test(disk);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            await ServerProcess.Run("umount", disk);
        }
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.WriteByte(1);
            }
        }
        catch (IOException)
        {
            // The file system is full.
        }
    }

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static async Task Serve(TcpListener web)
    {
        while (true)
        {
            try
            {
                using var client = await web.AcceptSocketAsync(Cancellation);
                await client.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), Cancellation);
            }
            catch (Exception stopped) when (stopped is SocketException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
