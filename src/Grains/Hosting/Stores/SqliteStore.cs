using System.IO.Hashing;
using System.Net;
using System.Text;
using Microsoft.Data.Sqlite;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Grains.Hosting.Stores;

/// <summary>
/// Membership and grain storage in one SQLite file: a cluster on one machine then needs no server and survives the loss of any silo,
/// the first included.
/// </summary>
/// <param name="path">The file.</param>
public sealed class SqliteStore(string path) : IClusterStore
{
    /// <summary>The name under which Orleans knows SQLite; it maps it to Microsoft.Data.Sqlite.</summary>
    private const string Invariant = "System.Data.SQLite";

    /// <summary>
    /// How long a statement waits for a file that another process has locked, in seconds. The wait holds a thread, so it is short; what has
    /// to succeed in the end is tried again.
    /// </summary>
    private const int LockPatience = 5;

    // What a file says of itself, once it has the schema: that it is ours ("mnst"), and which schema it has.
    private const int Application = 0x6D6E7374;
    private static readonly string Schema = AdoNetStore.Script("SqliteSchema.sql");
    private static readonly int SchemaVersion = (int)(XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(Schema)) & int.MaxValue);

    // SQLite's result codes, https://sqlite.org/rescode.html
    private const int Error = 1;
    private const int Busy = 5;
    private const int NotADatabase = 26;

    private readonly AdoNetStore _adoNet = new(Invariant, ConnectionString(path));

    /// <inheritdoc />
    public Task Create(string cluster)
    {
        try
        {
            if (!File.Exists(path))
            {
                AppearWhole();
            }

            Prepare(path);
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
        if (!File.Exists(path))
        {
            throw new InvalidInputException($"There is no file {path}: start a silo with --Silo:Store {this} first, or name another store.");
        }

        try
        {
            using var connection = Open(SqliteOpenMode.ReadOnly);
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM OrleansMembershipVersionTable WHERE DeploymentId = $cluster";
            command.Parameters.AddWithValue("$cluster", cluster);
            return command.ExecuteScalar() is > 0L
                ? Task.CompletedTask
                : throw new InvalidInputException($"{path} knows no cluster {cluster}: start its silos with --Silo:Cluster {cluster} --Silo:Store {this}.");
        }
        catch (SqliteException failure)
        {
            throw Unusable(failure);
        }
    }

    /// <inheritdoc />
    public void AddTo(ISiloBuilder silo) => _adoNet.AddTo(silo);

    /// <inheritdoc />
    public void AddTo(IClientBuilder client) => _adoNet.AddTo(client);

    /// <summary>The membership rows of a cluster, oldest first. Works when no silo answers.</summary>
    public IReadOnlyList<MembershipRow> ReadMembership(string cluster)
    {
        using var connection = Open(SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
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
    }

    /// <summary>Forgets a cluster's silos, after they have all ended; grain storage is kept.</summary>
    public void ClearMembership(string cluster)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM OrleansMembershipTable WHERE DeploymentId = $cluster";
        command.Parameters.AddWithValue("$cluster", cluster);
        command.ExecuteNonQuery();
    }

    /// <inheritdoc />
    public override string ToString() => $"sqlite:{path}";

    /// <summary>
    /// Makes the file aside and moves it to its place, so that silos that start at once find it whole: where several switch the journal of a new file and write
    /// its tables, SQLite fails now and then with an error that says nothing.
    /// </summary>
    private void AppearWhole()
    {
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var aside = Path.Combine(folder.FullName, $".{Guid.NewGuid():N}.new");
        try
        {
            Prepare(aside);
            File.Move(aside, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another silo was first, and what it has moved here is whole.
        }
        finally
        {
            File.Delete(aside);
        }
    }

    /// <summary>Gives a file the schema, unless it has it.</summary>
    private static void Prepare(string file)
    {
        // Without the pool, which would keep a file open that is about to be moved.
        using var connection = new SqliteConnection(ConnectionString(file, pooling: false));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM pragma_application_id, pragma_user_version WHERE (application_id, user_version) = ({Application}, {SchemaVersion})";
        if (command.ExecuteScalar() is 1L)
        {
            // That the file cannot be written is found out here, not in the middle of a silo's start.
            command.CommandText = "BEGIN IMMEDIATE; ROLLBACK";
            command.ExecuteNonQuery();
            return;
        }

        command.CommandText = "PRAGMA journal_mode = WAL";
        command.ExecuteNonQuery();

        // By itself: the driver would ignore errors of statements that follow one with a result.
        command.CommandText = $"BEGIN IMMEDIATE; {Schema} PRAGMA application_id = {Application}; PRAGMA user_version = {SchemaVersion}; COMMIT;";
        command.ExecuteNonQuery();
    }

    private static string ConnectionString(string path, SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate, bool pooling = true) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = pooling, DefaultTimeout = LockPatience }.ToString();

    private SqliteConnection Open(SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate)
    {
        var connection = new SqliteConnection(ConnectionString(path, mode));
        connection.Open();
        return connection;
    }

    private InvalidInputException Unusable(Exception failure) => new(
        failure switch
        {
            SqliteException { SqliteErrorCode: NotADatabase } => $"{path} is not a SQLite database: name another file.",
            SqliteException { SqliteErrorCode: Error } => $"{path} is the database of something else ({Reason(failure)}): name another file.",
            SqliteException { SqliteErrorCode: Busy } => $"{path} has been locked by another process for {LockPatience} s: end it, or name another file.",
            _ => $"{path} cannot be used ({Reason(failure)}): name a file that can be written.",
        },
        failure);

    private static string Reason(Exception failure) => failure.Message.Split('\'', 2) is [_, var quoted] && failure is SqliteException
        ? quoted.TrimEnd('\'', '.')
        : failure.Message.TrimEnd('.');
}
