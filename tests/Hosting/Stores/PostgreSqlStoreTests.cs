using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Servers;
using Npgsql;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Stores;

public sealed class PostgreSqlStoreTests(StoreServers servers)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_may_make_a_store_at_once_and_again()
    {
        var name = await servers.NewStore(StoreKind.PostgreSql);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => StoreName.Parse(name, "store").Create("any"))));
        var made = await Script(name);
        await Execute(name, "INSERT INTO mnist.OrleansMembershipVersionTable (DeploymentId, Version) VALUES ('c', 7)");
        await StoreName.Parse(name, "store").Create("any");

        Assert.Equal(made, await Script(name));
        Assert.Equal(["7"], await Execute(name, "SELECT Version::text FROM mnist.OrleansMembershipVersionTable WHERE DeploymentId = 'c'"));
    }

    [Fact]
    public async Task What_else_the_database_holds_is_left_alone()
    {
        var name = await servers.NewStore(StoreKind.PostgreSql);
        await Execute(name, "CREATE TABLE public.OrleansQuery (Id integer)");

        await StoreName.Parse(name, "store").Create("any");

        Assert.Equal(["id"], await Execute(name, "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"));
    }

    private static Task<List<string>> Script(string name) => Execute(
        name,
        """
        SELECT concat_ws(' ', table_name, column_name, data_type) FROM information_schema.columns WHERE table_schema = 'mnist'
        UNION ALL SELECT QueryKey || QueryText FROM mnist.OrleansQuery ORDER BY 1
        """);

    private static async Task<List<string>> Execute(string name, string sql)
    {
        await using var connection = new NpgsqlConnection(name["postgresql:".Length..] + ";Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var rows = new List<string>();
        while (await reader.ReadAsync(Cancellation))
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
