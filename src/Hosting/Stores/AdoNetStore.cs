namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// What the stores that are relational databases share: Orleans reads its statements from their
/// table <c>OrleansQuery</c>.
/// </summary>
/// <param name="invariant">The name under which Orleans knows the database's driver.</param>
/// <param name="connectionString">The driver's connection string.</param>
internal sealed class AdoNetStore(string invariant, string connectionString)
{
    /// <summary>Wires a silo.</summary>
    public void AddTo(ISiloBuilder silo) => silo
        .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (invariant, connectionString))
        .AddAdoNetGrainStorageAsDefault(options => (options.Invariant, options.ConnectionString) = (invariant, connectionString));

    /// <summary>Wires a client.</summary>
    public void AddTo(IClientBuilder client) =>
        client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (invariant, connectionString));

    /// <summary>A script beside this class.</summary>
    public static string Script(string name)
    {
        using var script = new StreamReader(typeof(AdoNetStore).Assembly.GetManifestResourceStream(name)!);
        return script.ReadToEnd();
    }
}
