using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>One string names a store: its kind, a colon, and what that kind needs.</summary>
public static class StoreName
{
    /// <summary>What a name looks like, for help texts.</summary>
    public const string Forms = "sqlite:FILE, postgresql:CONNECTION or redis:CONFIGURATION";

    private const string Examples =
        "for example sqlite:/tmp/cluster.db, postgresql:Host=db;Username=mnist;Database=mnist or redis:db:6379";

    /// <summary>The store that a name stands for. Nothing is opened yet.</summary>
    /// <param name="name">The name.</param>
    /// <param name="option">What the user set, for the sentence about a bad name, which does not
    /// repeat the name: it may hold a password.</param>
    /// <exception cref="InvalidInputException">It names no store.</exception>
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
            // What a driver says of a string that it cannot read repeats parts of it, and one of
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
