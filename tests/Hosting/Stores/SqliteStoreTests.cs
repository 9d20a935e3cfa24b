using Microsoft.Data.Sqlite;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Stores;

public sealed class SqliteStoreTests : IDisposable
{
    private const int AtOnce = 8;
    private const int Rows = 20;
    private const int RowBytes = 500_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public void A_store_is_made_with_its_folders() => Assert.Equal(Script(Created("a/b/cluster.db")), Script(Created("cluster.db")));

    [Fact]
    public void Making_a_store_again_changes_nothing()
    {
        var path = Created("cluster.db");
        Execute(path, "INSERT INTO OrleansMembershipVersionTable (DeploymentId, Version) VALUES ('c', 7)");

        Create(path);

        Assert.Equal(Script(Created("other.db")), Script(path));
        Assert.Equal(["c 7"], Execute(path, "SELECT DeploymentId || ' ' || Version FROM OrleansMembershipVersionTable"));
    }

    [Fact]
    public void A_store_that_another_build_has_made_gets_the_queries_of_this_one()
    {
        var path = Created("cluster.db");
        Execute(path, "UPDATE OrleansQuery SET QueryText = 'SELECT 1'");
        Execute(path, "PRAGMA user_version = 1");

        Create(path);

        Assert.Equal(Script(Created("other.db")), Script(path));
    }

    [Fact]
    public void Many_may_make_a_store_at_once()
    {
        var expected = Script(Created("cluster.db"));
        for (var round = 0; round < 5; round++)
        {
            var path = _folder[$"{round}.db"];
            using var start = new Barrier(AtOnce);
            var failures = new Exception?[AtOnce];
            Thread[] threads = [.. Enumerable.Range(0, AtOnce).Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                failures[i] = Record.Exception(() => Create(path));
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());

            Assert.All(failures, Assert.Null);
            Assert.Equal(expected, Script(path));
        }
    }

    [Fact]
    public void A_store_gives_back_the_space_of_deleted_rows()
    {
        var path = Created("cluster.db");
        AddRows(path);
        var full = new FileInfo(path).Length;
        Assert.Equal(RowBytes, new SqliteStore(path).BytesOf("run-7"));

        Execute(path, "DELETE FROM OrleansStorage WHERE GrainIdHash >= 2");
        new SqliteStore(path).GiveBackSpace();

        Assert.InRange(full, Rows * RowBytes, Rows * RowBytes * 1.2);
        Assert.InRange(new FileInfo(path).Length, 2 * RowBytes, (2 * RowBytes) + 200_000);
    }

    [Fact]
    public void A_store_of_an_older_version_gives_back_space_after_it_was_rebuilt()
    {
        var path = Created("cluster.db");
        Execute(path, "PRAGMA auto_vacuum = NONE; VACUUM");
        AddRows(path);
        Execute(path, "DELETE FROM OrleansStorage WHERE GrainIdHash >= 5");
        new SqliteStore(path).GiveBackSpace();
        Assert.InRange(new FileInfo(path).Length, Rows * RowBytes, Rows * RowBytes * 1.2);

        new SqliteStore(path).Rebuild();
        new SqliteStore(path).GiveBackSpace();
        Assert.InRange(new FileInfo(path).Length, 5 * RowBytes, (5 * RowBytes) + 200_000);

        Execute(path, "DELETE FROM OrleansStorage WHERE GrainIdHash >= 2");
        new SqliteStore(path).GiveBackSpace();
        Assert.InRange(new FileInfo(path).Length, 2 * RowBytes, (2 * RowBytes) + 200_000);
        Assert.Equal(Script(Created("other.db")), Script(path));
    }

    /// <summary>Adds rows, and moves them from the log to the file.</summary>
    private static void AddRows(string path)
    {
        Execute(path, $"""
            WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows - 1})
            INSERT INTO OrleansStorage SELECT i, 0, 0, 0, 'run', 'run-' || i, 'mnist', randomblob({RowBytes}), CURRENT_TIMESTAMP, 1 FROM n
            """);
        new SqliteStore(path).GiveBackSpace();
    }

    private string Created(string name)
    {
        Create(_folder[name]);
        return _folder[name];
    }

    /// <summary>
    /// SQLite works on the calling thread, so the task has ended when it is returned.
    /// </summary>
    private static void Create(string path) => new SqliteStore(path).Create("any").GetAwaiter().GetResult();

    /// <summary>The tables, triggers and queries of a store.</summary>
    private static string[] Script(string path) =>
    [
        .. Execute(path, "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY type, name"),
        .. Execute(path, "SELECT QueryKey || QueryText FROM OrleansQuery ORDER BY QueryKey"),
    ];

    private static List<string> Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
