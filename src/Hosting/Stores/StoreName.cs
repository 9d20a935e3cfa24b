using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>Reads the name of a store: its kind, a colon, and the parameters of the kind.</summary>
public static class StoreName
{
    /// <summary>The form of a name, for help texts.</summary>
    public const string Forms = "sqlite:FILE, postgresql:CONNECTION or redis:CONFIGURATION";

    private const string Examples =
        "for example sqlite:/tmp/cluster.db, postgresql:Host=db;Username=mnist;Database=mnist or redis:db:6379";

    /// <summary>Creates the store with a name. It does not open the store yet.</summary>
    /// <param name="name">The name.</param>
    /// <param name="option">
    /// The option that the user has set, for messages. Messages do not repeat the name of the
    /// store, because it may contain a password.
    /// </param>
    /// <exception cref="InvalidInputException">The name is not the name of a store.</exception>
    public static IClusterStore Parse(string name, string option)
    {
        var (kind, rest) = name.Split(':', 2) is [var before, var after] ? (before, after) : (name, "");
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            throw new InvalidInputException($"{option} is a URL: write {Forms}, {Examples}.");
        }

        try
        {
            return (kind, string.IsNullOrWhiteSpace(rest)) switch
            {
                ("sqlite", false) => SqliteStore.Parse(rest),
                ("postgresql", false) => new PostgreSqlStore(rest),
                ("redis", false) => new RedisStore(rest),
                _ => throw new InvalidInputException($"{option} names no store: write {Forms}, {Examples}."),
            };
        }
        catch (UnreadableStoreException unreadable)
        {
            throw new InvalidInputException($"{option} cannot be used as a store: {unreadable.Message}; write {Forms}, {Examples}.");
        }
        catch (Exception unreadable) when (unreadable is not InvalidInputException)
        {
            // The message of a driver about a bad string repeats parts of the string, and one of
            // them may be the password.
            throw new InvalidInputException($"{option} cannot be read as the {Language(kind)}: write {Forms}, {Examples}.");
        }
    }

    private static string Language(string kind) => kind switch
    {
        "postgresql" => "connection string of Npgsql, https://www.npgsql.org/doc/connection-string-parameters.html",
        "redis" => "configuration of StackExchange.Redis, https://stackexchange.github.io/StackExchange.Redis/Configuration",
        _ => "path of a file",
    };
}
