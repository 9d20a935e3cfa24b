using Microsoft.Data.Sqlite;
using Orleans.Serialization;

namespace Mnist.Distributed.Grains.Hosting;

/// <summary>
/// Membership and grain storage in one SQLite file: a cluster on one machine then needs no server and survives the loss of any silo,
/// the first included.
/// </summary>
public static class SqliteStore
{
    /// <summary>The name under which Orleans knows SQLite; it maps it to Microsoft.Data.Sqlite.</summary>
    private const string Invariant = "System.Data.SQLite";

    /// <summary>Makes the file and its tables where they are missing.</summary>
    public static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var connection = new SqliteConnection(ConnectionString(path));
        connection.Open();
        using var command = connection.CreateCommand();
        using var script = new StreamReader(typeof(SqliteStore).Assembly.GetManifestResourceStream(typeof(SqliteStore), "SqliteSchema.sql")!);
        command.CommandText = $"PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; {script.ReadToEnd()} COMMIT;";
        command.ExecuteNonQuery();
    }

    /// <summary>Lets a silo find its peers and keep its grains in the file.</summary>
    public static ISiloBuilder UseSqliteStore(this ISiloBuilder silo, string path) => silo
        .UseAdoNetClustering(options =>
        {
            options.Invariant = Invariant;
            options.ConnectionString = ConnectionString(path);
        })
        .AddAdoNetGrainStorageAsDefault(options => options.Configure<Serializer>((storage, serializer) =>
        {
            storage.Invariant = Invariant;
            storage.ConnectionString = ConnectionString(path);
            storage.GrainStorageSerializer = new SealedStorageSerializer(serializer);
        }));

    /// <summary>Lets a client find the cluster's gateways in the file.</summary>
    public static IClientBuilder UseSqliteStore(this IClientBuilder client, string path) => client.UseAdoNetClustering(options =>
    {
        options.Invariant = Invariant;
        options.ConnectionString = ConnectionString(path);
    });

    /// <summary>The membership rows of a cluster, oldest first. Works when no silo answers.</summary>
    public static IReadOnlyList<MembershipRow> ReadMembership(string path, string clusterId)
    {
        using var connection = new SqliteConnection(ConnectionString(path, SqliteOpenMode.ReadOnly));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT SiloName, Address, Port, Status FROM OrleansMembershipTable WHERE DeploymentId = $cluster ORDER BY StartTime, Generation";
        command.Parameters.AddWithValue("$cluster", clusterId);
        using var reader = command.ExecuteReader();
        var rows = new List<MembershipRow>();
        while (reader.Read())
        {
            rows.Add(new MembershipRow(reader.GetString(0), $"{reader.GetString(1)}:{reader.GetInt32(2)}", (SiloStatus)reader.GetInt32(3)));
        }

        return rows;
    }

    /// <summary>Forgets a cluster's silos, after they have all ended; grain storage is kept.</summary>
    public static void ClearMembership(string path, string clusterId)
    {
        using var connection = new SqliteConnection(ConnectionString(path));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM OrleansMembershipTable WHERE DeploymentId = $cluster";
        command.Parameters.AddWithValue("$cluster", clusterId);
        command.ExecuteNonQuery();
    }

    private static string ConnectionString(string path, SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode }.ToString();
}

/// <summary>What membership says of one silo.</summary>
/// <param name="Name">The silo's name.</param>
/// <param name="Address">IP address and port.</param>
/// <param name="Status">Status in the membership table.</param>
public sealed record MembershipRow(string Name, string Address, SiloStatus Status);
