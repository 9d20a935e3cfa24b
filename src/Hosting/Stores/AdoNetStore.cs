namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// The common part of the stores in relational databases. Orleans reads its SQL statements from the
/// table <c>OrleansQuery</c> of the database.
/// </summary>
/// <param name="invariant">The name of the driver of the database in Orleans.</param>
/// <param name="connectionString">The connection string of the driver.</param>
internal sealed class AdoNetStore(string invariant, string connectionString)
{
    /// <summary>Configures a silo to use the database.</summary>
    public void AddTo(ISiloBuilder silo) => silo
        .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (invariant, connectionString))
        .AddAdoNetGrainStorageAsDefault(options => (options.Invariant, options.ConnectionString, options.DeleteStateOnClear) = (invariant, connectionString, true));

    /// <summary>Configures a client to use the database.</summary>
    public void AddTo(IClientBuilder client) =>
        client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (invariant, connectionString));

    /// <summary>Reads an SQL script that is embedded in the assembly.</summary>
    public static string Script(string name)
    {
        using var script = new StreamReader(typeof(AdoNetStore).Assembly.GetManifestResourceStream(name)!);
        return script.ReadToEnd();
    }
}
