using Mnist.Distributed.Contracts;
using Npgsql;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// A store in PostgreSQL: membership and grain storage, in the schema <c>mnist</c> of a database.
/// Other schemas of the database may contain other things.
/// </summary>
public sealed class PostgreSqlStore : IClusterStore
{
    private const string Invariant = "Npgsql";
    private const string Schema = "mnist";

    /// <summary>
    /// Default options: timeouts in seconds to connect and for a statement. Without them, a server
    /// that disappears would block silos for much longer.
    /// </summary>
    private const string Defaults = "Timeout=5;Command Timeout=10;Application Name=mnist;";

    /// <summary>
    /// Key of the advisory lock for the creation of the tables: "mnist" in ASCII.
    /// </summary>
    private const long CreationLock = 0x6d_6e_69_73_74;

    private readonly NpgsqlConnectionStringBuilder _connection;
    private readonly AdoNetStore _adoNet;

    /// <summary>Creates the store of a database. It does not connect yet.</summary>
    /// <param name="connectionString">The connection string in the form of Npgsql.</param>
    /// <exception cref="Exception">The connection string cannot be read.</exception>
    public PostgreSqlStore(string connectionString)
    {
        _connection = new NpgsqlConnectionStringBuilder(Defaults + connectionString) { SearchPath = Schema };
        if (string.IsNullOrEmpty(_connection.Host))
        {
            throw new UnreadableStoreException("its Host is missing");
        }

        UnreadableStoreException.Require(_connection.Host, "Host", " =@;");
        UnreadableStoreException.Require(_connection.Database ?? _connection.Username ?? "", "Database", "=;");

        _adoNet = new AdoNetStore(Invariant, _connection.ConnectionString);
    }

    /// <inheritdoc />
    public Task Create(string cluster) => Use(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using var creation = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({CreationLock})", connection, transaction);
        await creation.ExecuteNonQueryAsync();
        creation.CommandText = $"CREATE SCHEMA IF NOT EXISTS {Schema}";
        await creation.ExecuteNonQueryAsync();
        await CheckSchema(creation);
        creation.CommandText = AdoNetStore.Script("PostgreSqlSchema.sql");
        await creation.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    });

    /// <inheritdoc />
    public Task Check(string cluster) => Use(async connection =>
    {
        await using var question = new NpgsqlCommand { Connection = connection };
        await CheckSchema(question);
        question.CommandText = "SELECT to_regclass('OrleansMembershipVersionTable') IS NOT NULL";
        if (await question.ExecuteScalarAsync() is true)
        {
            question.CommandText = "SELECT EXISTS (SELECT 1 FROM OrleansMembershipVersionTable WHERE DeploymentId = @cluster)";
            question.Parameters.AddWithValue("cluster", cluster);
            if (await question.ExecuteScalarAsync() is true)
            {
                return;
            }
        }

        throw new InvalidInputException($"{this} knows no cluster {cluster}: start its silos with --Silo:Cluster {cluster} and this store.");
    });

    /// <inheritdoc />
    public string SocketFolder(string cluster) => UserSockets.Folder(cluster);

    /// <inheritdoc />
    public void AddTo(ISiloBuilder silo) => _adoNet.AddTo(silo);

    /// <inheritdoc />
    public void AddTo(IClientBuilder client) => _adoNet.AddTo(client);

    /// <inheritdoc />
    public override string ToString() => $"postgresql:{_connection.Database ?? _connection.Username} at {_connection.Host}:{_connection.Port}";

    /// <summary>
    /// Checks that statements without a schema use our schema, because Orleans names its tables
    /// without one. They do not if a proxy, such as PgBouncer, does not pass on the search path.
    /// </summary>
    private async Task CheckSchema(NpgsqlCommand question)
    {
        question.CommandText = "SELECT current_schema()";
        if (await question.ExecuteScalarAsync() is string schema and not Schema)
        {
            throw new InvalidInputException(
                $"{this} takes the schema '{schema}' where '{Schema}' is asked for, as PgBouncer with ignore_startup_parameters does: "
                + $"run 'ALTER ROLE {_connection.Username ?? "..."} SET search_path = {Schema}' in it, or name the server behind it.");
        }
    }

    private async Task Use(Func<NpgsqlConnection, Task> use)
    {
        try
        {
            await using var connection = new NpgsqlConnection(_connection.ConnectionString);
            await connection.OpenAsync();
            await use(connection);
        }
        catch (PostgresException refusal) when (refusal.SqlState is not PostgresErrorCodes.CannotConnectNow)
        {
            throw new InvalidInputException(
                refusal.SqlState switch
                {
                    PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidColumnReference
                        or PostgresErrorCodes.WrongObjectType or PostgresErrorCodes.DatatypeMismatch or PostgresErrorCodes.NotNullViolation =>
                        $"The schema '{Schema}' of {this} was made by something else ({refusal.MessageText}): name another database.",
                    PostgresErrorCodes.ProtocolViolation when refusal.MessageText.Contains("search_path", StringComparison.Ordinal) =>
                        $"{this} refuses to be told a schema ({refusal.MessageText}), as PgBouncer does: set ignore_startup_parameters = search_path in PgBouncer "
                        + $"and run 'ALTER ROLE {_connection.Username ?? "..."} SET search_path = {Schema}' in the database, or name the server behind it.",
                    _ => $"{this} refuses ({refusal.MessageText}): correct the store's user, password or database.",
                },
                refusal);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            var reason = failure.InnerException is { } inner and not PostgresException ? inner.Message : failure.Message;
            throw new InvalidInputException($"{this} cannot be reached ({reason.TrimEnd('.')}): start the server, or correct the store's host and port.", failure);
        }
        catch (Exception failure) when (failure is not InvalidInputException)
        {
            // The message of the driver is left out, because it may repeat a password.
            throw new InvalidInputException($"{this} cannot be used with the options that are given ({failure.GetType().Name}): correct the store's options.");
        }
    }
}
