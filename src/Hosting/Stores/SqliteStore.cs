using System.IO.Hashing;
using System.Net;
using System.Text;
using Microsoft.Data.Sqlite;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// A store in one SQLite file: membership and grain storage. With it, a cluster on one machine
/// needs no server and survives the loss of any silo, even of the first one.
/// </summary>
public sealed class SqliteStore : IClusterStore, IMeasuredStore
{
    /// <summary>The name of SQLite in Orleans, which maps it to Microsoft.Data.Sqlite.</summary>
    private const string Invariant = "System.Data.SQLite";

    /// <summary>
    /// How long a statement waits for a file that another process has locked, in seconds. The wait
    /// blocks a thread, so it is short. Operations that must succeed are repeated by their callers.
    /// </summary>
    private const int LockTimeout = 5;

    // The header of a file with the schema: the application id ("mnst") says that the file is ours,
    // and the user version says which schema it has.
    private const int Application = 0x6D6E7374;
    private static readonly string Schema = AdoNetStore.Script("SqliteSchema.sql");
    private static readonly int SchemaVersion = (int)(XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(Schema)) & int.MaxValue);

    // Result codes of SQLite, https://sqlite.org/rescode.html
    private const int Error = 1;
    private const int Busy = 5;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int NotADatabase = 26;

    /// <summary>The ends of the names of the files that SQLite reads with a database.</summary>
    private static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    private static readonly string[] ReadAtStart = ["OrleansQuery", "OrleansMembershipVersionTable", "OrleansMembershipTable"];

    /// <summary>ENOSPC of Linux, as .NET reports it.</summary>
    private const int NoSpace = 28;

    private readonly string _name;
    private readonly string _file;
    private readonly AdoNetStore _adoNet;

    /// <summary>Creates the store of a file. It does not open the file yet.</summary>
    /// <param name="path">The path of the file.</param>
    public SqliteStore(string path)
    {
        // The full path is used, because SQLite and its driver give special meanings to some names.
        (_name, _file) = (path, Path.GetFullPath(path));
        _adoNet = new AdoNetStore(Invariant, ConnectionString(_file));
    }

    /// <summary>Creates the store for a path that a user gave.</summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="UnreadableStoreException">The text is not the path of a file.</exception>
    internal static SqliteStore Parse(string path)
    {
        if (path.StartsWith(":memory:", StringComparison.OrdinalIgnoreCase) || path.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            throw new UnreadableStoreException("silos share a file, which is named by its path alone, not by a URI and not in memory");
        }

        UnreadableStoreException.Require(path, "path", "");
        return path == path.Trim() && !Path.EndsInDirectorySeparator(path)
            ? new SqliteStore(path)
            : throw new UnreadableStoreException("its path ends like a folder's, or begins or ends with a space");
    }

    /// <inheritdoc />
    public Task Create(string cluster)
    {
        try
        {
            if (!File.Exists(_file))
            {
                CreateFile();
            }

            RequireOwn();
            Prepare(_file);
            return Task.CompletedTask;
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw Unusable(failure);
        }
    }

    /// <inheritdoc />
    public Task Check(string cluster)
    {
        if (!File.Exists(_file))
        {
            throw new InvalidInputException($"There is no file {_file}: start a silo with --Silo:Store {this} first, or name another store.");
        }

        var known = Use(SqliteOpenMode.ReadOnly, command =>
        {
            command.CommandText = "SELECT count(*) FROM OrleansMembershipVersionTable WHERE DeploymentId = $cluster";
            command.Parameters.AddWithValue("$cluster", cluster);
            return command.ExecuteScalar() is > 0L;
        });
        return known
            ? Task.CompletedTask
            : throw new InvalidInputException($"{_file} knows no cluster {cluster}: start its silos with --Silo:Cluster {cluster} --Silo:Store {this}.");
    }

    /// <inheritdoc />
    public string SocketFolder(string cluster) => $"{_file}.sockets";

    /// <inheritdoc />
    public void AddTo(ISiloBuilder silo) => _adoNet.AddTo(silo);

    /// <inheritdoc />
    public void AddTo(IClientBuilder client) => _adoNet.AddTo(client);

    /// <summary>
    /// The membership rows of a cluster, oldest first. It reads the file directly, so it works when
    /// no silo answers.
    /// </summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public IReadOnlyList<MembershipRow> ReadMembership(string cluster) => Use(SqliteOpenMode.ReadOnly, command =>
    {
        command.CommandText =
            "SELECT Address, Port, Generation, Status FROM OrleansMembershipTable WHERE DeploymentId = $cluster ORDER BY StartTime, Generation";
        command.Parameters.AddWithValue("$cluster", cluster);
        using var reader = command.ExecuteReader();
        var rows = new List<MembershipRow>();
        while (reader.Read())
        {
            var address = SiloAddress.New(IPAddress.Parse(reader.GetString(0)), reader.GetInt32(1), reader.GetInt32(2));
            rows.Add(new MembershipRow(address.ToParsableString(), address.Endpoint.ToString(), (SiloStatus)reader.GetInt32(3)));
        }

        return rows;
    });

    /// <summary>
    /// Deletes the membership of a cluster, after all its silos have ended. The grain storage is
    /// kept.
    /// </summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void ClearMembership(string cluster) => Use(SqliteOpenMode.ReadWriteCreate, command =>
    {
        command.CommandText = "DELETE FROM OrleansMembershipTable WHERE DeploymentId = $cluster";
        command.Parameters.AddWithValue("$cluster", cluster);
        return command.ExecuteNonQuery();
    });

    /// <inheritdoc />
    public long BytesOf(string key) => Use(SqliteOpenMode.ReadOnly, command => SqliteSpace.Of(command, key));

    /// <inheritdoc />
    public void GiveBackSpace() => Use(SqliteOpenMode.ReadWrite, SqliteSpace.Settle);

    /// <inheritdoc cref="SqliteSpace.Rebuild" />
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Rebuild() => Use(SqliteOpenMode.ReadWrite, SqliteSpace.Rebuild);

    /// <inheritdoc />
    public override string ToString() => $"sqlite:{_name}";

    /// <summary>
    /// Creates the file under a temporary name and moves it to its place, so that silos that start
    /// at the same time find a complete file. When several processes change the journal mode of a
    /// new file and create its tables, SQLite sometimes fails with a meaningless error.
    /// </summary>
    private void CreateFile()
    {
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        var aside = Path.Combine(folder.FullName, $".{Guid.NewGuid():N}.new");
        try
        {
            Prepare(aside);
            if (!OperatingSystem.IsWindows())
            {
                // The file will contain weights, so only this user may read it. The files that
                // SQLite creates beside it get the same mode.
                File.SetUnixFileMode(aside, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            File.Move(aside, _file);
        }
        catch (IOException) when (File.Exists(_file))
        {
            // Another silo was faster. Its file is complete too.
        }
        finally
        {
            File.Delete(aside);
        }
    }

    /// <summary>
    /// Refuses a file that another user owns or may write to: its owner would read the weights, and
    /// decide whom the silos take for members. The folder is not looked at, because the volumes of
    /// pods are open to all at their top.
    /// </summary>
    /// <exception cref="InvalidInputException">It is such a file, or one beside it is.</exception>
    private void RequireOwn()
    {
        if (File.Exists(_file))
        {
            TrustedFile.RequireOwn(_file);
            var database = File.ResolveLinkTarget(_file, returnFinalTarget: true)?.FullName ?? _file;
            Array.ForEach(Companions, end => TrustedFile.RequireOwn(database + end));
        }
    }

    /// <summary>Creates the schema in a file, unless the file has it.</summary>
    private static void Prepare(string file)
    {
        // The connection is not pooled, because the pool would keep open a file that is about to be
        // moved.
        using var connection = new SqliteConnection(ConnectionString(file, pooling: false));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM pragma_application_id, pragma_user_version WHERE (application_id, user_version) = ({Application}, {SchemaVersion})";
        if (command.ExecuteScalar() is 1L)
        {
            // This detects a file that cannot be written now, and not in the middle of the start of
            // a silo.
            command.CommandText = "BEGIN IMMEDIATE; ROLLBACK";
            command.ExecuteNonQuery();

            // This detects damage of the tables that a silo reads at its start. The stored data of
            // runs is checked when it is read.
            var checks = string.Join(" UNION ALL ", ReadAtStart.Select(table => $"SELECT quick_check FROM pragma_quick_check('{table}')"));
            command.CommandText = $"SELECT count(*) FROM ({checks}) WHERE quick_check <> 'ok'";
            if (command.ExecuteScalar() is not 0L)
            {
                throw new SqliteException("its pages are malformed", Corrupt);
            }

            return;
        }

        // A file must have this before its first table.
        command.CommandText = $"{SqliteSpace.GiveBackAlways}; PRAGMA journal_mode = WAL";
        command.ExecuteNonQuery();

        // This is a command of its own, because the driver ignores errors of statements that follow
        // a statement with a result.
        command.CommandText = $"BEGIN IMMEDIATE; {Schema} PRAGMA application_id = {Application}; PRAGMA user_version = {SchemaVersion}; COMMIT;";
        command.ExecuteNonQuery();
    }

    private static string ConnectionString(string path, SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate, bool pooling = true) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = pooling, DefaultTimeout = LockTimeout }.ToString();

    private T Use<T>(SqliteOpenMode mode, Func<SqliteCommand, T> use)
    {
        RequireOwn();
        try
        {
            using var connection = new SqliteConnection(ConnectionString(_file, mode));
            connection.Open();
            using var command = connection.CreateCommand();
            return use(command);
        }
        catch (SqliteException failure)
        {
            throw Unusable(failure);
        }
    }

    private InvalidInputException Unusable(Exception failure) => new(
        failure switch
        {
            SqliteException { SqliteErrorCode: NotADatabase } => $"{_file} is not a SQLite database: name another file.",
            SqliteException { SqliteErrorCode: Error } => $"{_file} is the database of something else ({Reason(failure)}): name another file.",
            SqliteException { SqliteErrorCode: Busy } => $"{_file} has been locked by another process for {LockTimeout} s: end it, or name another file.",
            SqliteException { SqliteErrorCode: Corrupt } => $"{_file} is damaged ({Reason(failure)}): name another file, or put back a copy of this one.",
            SqliteException { SqliteErrorCode: Full } or IOException { HResult: NoSpace } => $"{_file} cannot be written ({Reason(failure)}): free space on its disk, or name another file.",
            _ => $"{_file} cannot be used ({Reason(failure)}): name a file that can be written.",
        },
        failure);

    private static string Reason(Exception failure) => failure.Message.Split('\'', 2) is [_, var quoted] && failure is SqliteException
        ? quoted.TrimEnd('\'', '.')
        : failure.Message.TrimEnd('.');
}
