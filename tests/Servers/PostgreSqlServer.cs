using System.Globalization;
using Mnist.Distributed.Grains.Hosting;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Tests.Training.Files;
using Npgsql;
using Xunit;

namespace Mnist.Distributed.Tests.Servers;

/// <summary>A PostgreSQL server in a folder of its own.</summary>
internal sealed class PostgreSqlServer : IStoreServer
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _programs;
    private ServerProcess? _process;
    private int _stores;

    private PostgreSqlServer(string programs) => _programs = programs;

    public int Port { get; } = FreePorts.Take(1)[0];

    private string Data => _folder["data"];

    /// <summary>Starts a server; skips the test where none is installed.</summary>
    public static async Task<PostgreSqlServer> Start()
    {
        var programs = Programs();
        Assert.SkipWhen(programs is null, "PostgreSQL's server is not installed.");
        var server = new PostgreSqlServer(programs);
        if (Environment.IsPrivilegedProcess)
        {
            await ServerProcess.Run("chown", "postgres", server._folder.Path);
        }

        var (program, arguments) = server.Command("initdb", "--pgdata", server.Data, "--username", "mnist", "--auth", "trust", "--no-locale", "--encoding", "UTF8");
        await ServerProcess.Run(program, arguments);
        await server.Restart();
        return server;
    }

    public async Task<string> NewStore()
    {
        var database = string.Create(CultureInfo.InvariantCulture, $"store{Interlocked.Increment(ref _stores)}");
        await Execute("postgres", $"CREATE DATABASE {database}");
        return $"postgresql:{Connection(database)}";
    }

    /// <summary>The connection string of a database.</summary>
    public string Connection(string database) => $"Host=127.0.0.1;Port={Port};Username=mnist;Database={database}";

    /// <summary>Runs a statement in a database.</summary>
    public async Task Execute(string database, string statement)
    {
        await using var connection = new NpgsqlConnection(Connection(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task Crash()
    {
        await _process!.End(Signals.Quit);
        _process = null;
    }

    public async Task Restart()
    {
        var (program, arguments) = Command(
            "postgres", "-D", Data, "-p", $"{Port}", "-k", _folder.Path, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200");
        _process = await ServerProcess.Start("database system is ready to accept connections", program, arguments);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await Crash();
        }

        _folder.Dispose();
    }

    private static string? Programs()
    {
        string[] versions = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        return Path.GetDirectoryName(ServerProcess.Find("initdb", [.. versions.OrderDescending().Select(version => Path.Combine(version, "bin")), "/opt/homebrew/bin"]));
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private (string Program, string[] Arguments) Command(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs, program);
        return Environment.IsPrivilegedProcess
            ? ("setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", "--", path, .. arguments])
            : (path, arguments);
    }
}
