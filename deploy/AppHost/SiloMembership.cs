using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AppHost;

/// <summary>The silos that are members of the cluster, as its store knows them.</summary>
/// <param name="file">The SQLite file of the cluster.</param>
internal sealed class SiloMembership(string file)
{
    /// <summary>Name of the cluster.</summary>
    public const string Cluster = "apphost";

    /// <summary>Orleans' number for a member that takes part.</summary>
    private const long Active = 3;

    private const string Query = "SELECT Status FROM OrleansMembershipTable WHERE DeploymentId = $cluster AND SiloName = $silo ORDER BY StartTime DESC LIMIT 1";

    /// <summary>The store, as the programs' options name it.</summary>
    public string Store => $"sqlite:{file}";

    /// <summary>A silo is healthy while it is a member of the cluster.</summary>
    public async Task<HealthCheckResult> Check(string silo, CancellationToken cancellation)
    {
        if (!File.Exists(file))
        {
            return HealthCheckResult.Unhealthy("The cluster has no store yet.");
        }

        try
        {
            await using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly");
            await connection.OpenAsync(cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText = Query;
            command.Parameters.AddWithValue("$cluster", Cluster);
            command.Parameters.AddWithValue("$silo", silo);
            return await command.ExecuteScalarAsync(cancellation) is Active
                ? HealthCheckResult.Healthy("It is a member of the cluster.")
                : HealthCheckResult.Unhealthy("It is no member of the cluster.");
        }
        catch (SqliteException busy)
        {
            return HealthCheckResult.Unhealthy("The store cannot be read.", busy);
        }
    }
}
