using System.Globalization;
using DotNet.Testcontainers.Builders;
using Mnist.Distributed.Tests.Containers;
using Mnist.Distributed.Tests.Processes;
using Npgsql;

namespace Mnist.Distributed.Tests.Servers;

/// <summary>A PostgreSQL server.</summary>
internal sealed class PostgreSqlServer : IStoreServer
{
    private const string User = "mnist";

    private readonly IServerHost _host;
    private int _stores;

    private PostgreSqlServer(IServerHost host) => _host = host;

    /// <summary>
    /// Starts a server: the installed one, else one in a container; skips the test where there is
    /// neither.
    /// </summary>
    public static async Task<PostgreSqlServer> Start()
    {
        if (Programs() is not { } programs)
        {
            return new PostgreSqlServer(await ContainerServer.Start(5432, () => new ContainerBuilder(Images.PostgreSql)
                .WithEnvironment("POSTGRES_USER", User)
                .WithEnvironment("POSTGRES_PASSWORD", User)
                .WithWaitStrategy(Wait.ForUnixContainer().UntilCommandIsCompleted("pg_isready", "-h", "127.0.0.1"))));
        }

        var local = new LocalServer(
            (folder, port) => Run(Path.Combine(programs, "postgres"), (program, arguments) => ServerProcess.Start("database system is ready to accept connections", program, arguments),
                "-D", Path.Combine(folder, "data"), "-p", $"{port}", "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"),
            Signals.Quit);
        if (Environment.IsPrivilegedProcess)
        {
            await ServerProcess.Run("chown", "postgres", local.Folder);
        }

        await Run(Path.Combine(programs, "initdb"), ServerProcess.Run,
            "--pgdata", Path.Combine(local.Folder, "data"), "--username", User, "--auth", "trust", "--no-locale", "--encoding", "UTF8");
        await local.Restart();
        return new PostgreSqlServer(local);
    }

    public async Task<string> NewStore()
    {
        var database = string.Create(CultureInfo.InvariantCulture, $"store{Interlocked.Increment(ref _stores)}");
        await Execute("postgres", $"CREATE DATABASE {database}");
        return $"postgresql:{Connection(database)}";
    }

    /// <summary>Runs a statement in a database.</summary>
    public async Task Execute(string database, string statement)
    {
        await using var connection = new NpgsqlConnection($"Pooling=false;{Connection(database)}");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    public Task Crash() => _host.Crash();

    public Task Restart() => _host.Restart();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static string? Programs()
    {
        string[] versions = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        return Path.GetDirectoryName(ServerProcess.Find("initdb", [.. versions.OrderDescending().Select(version => Path.Combine(version, "bin")), "/opt/homebrew/bin"]));
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static T Run<T>(string program, Func<string, string[], T> run, params string[] arguments) => Environment.IsPrivilegedProcess
        ? run("setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", "--", program, .. arguments])
        : run(program, arguments);

    private string Connection(string database) => $"Host=127.0.0.1;Port={_host.Port};Username={User};Password={User};Database={database}";
}
