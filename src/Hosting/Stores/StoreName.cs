using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>Reads the name of a store: its kind, a colon, and the parameters of the kind.</summary>
public static class StoreName
{
    /// <summary>The kinds of stores. A new kind is a class and a line here.</summary>
    public static IReadOnlyList<StoreForm> Kinds { get; } =
    [
        new("sqlite", "FILE", "$HOME/cluster.db", "a file, for silos on one machine", SqliteStore.Parse)
        {
            Language = "path of a file",
        },
        new("postgresql", "CONNECTION", "Host=db;Username=mnist;Database=mnist", "a database, as Npgsql's connection string", rest => new PostgreSqlStore(rest))
        {
            Language = "connection string of Npgsql, https://www.npgsql.org/doc/connection-string-parameters.html",
        },
        new("redis", "CONFIGURATION", "db:6379", "a server, as StackExchange.Redis' configuration", rest => new RedisStore(rest))
        {
            Language = "configuration of StackExchange.Redis, https://stackexchange.github.io/StackExchange.Redis/Configuration",
        },
    ];

    /// <summary>The forms that a name may have, for help texts.</summary>
    public static string Forms { get; } = $"{List(kind => $"{kind.Name}:{kind.Needs}")}, or @FILE with one of them in it";

    private const char FromFile = '@';

    private static string Examples { get; } = $"for example {List(kind => $"{kind.Name}:{kind.Example}")}";

    /// <summary>Creates the store with a name. It does not open the store yet.</summary>
    /// <param name="name">
    /// The name; or '@' and the path of a file that holds it, for names with passwords.
    /// </param>
    /// <param name="option">
    /// The option that the user has set, for messages. Messages do not repeat the name of the
    /// store, because it may contain a password.
    /// </param>
    /// <exception cref="InvalidInputException">The name is not the name of a store.</exception>
    public static IClusterStore Parse(string name, string option)
    {
        if (name.StartsWith(FromFile))
        {
            name = ReadFile(name[1..], option);
        }

        var (kind, rest) = name.Split(':', 2) is [var before, var after] ? (before, after) : (name, "");
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            throw new InvalidInputException($"{option} is a URL: write {Forms}, {Examples}.");
        }

        var known = string.IsNullOrWhiteSpace(rest) ? null : Kinds.FirstOrDefault(candidate => candidate.Name == kind);
        if (known is null)
        {
            throw new InvalidInputException($"{option} names no store: write {Forms}, {Examples}.");
        }

        try
        {
            return known.Parse(rest);
        }
        catch (UnreadableStoreException unreadable)
        {
            throw new InvalidInputException($"{option} cannot be used as a store: {unreadable.Message}; write {Forms}, {Examples}.");
        }
        catch (Exception unreadable) when (unreadable is not InvalidInputException)
        {
            // A driver's complaint about a string repeats parts of the string, and one of the parts
            // may be the password.
            throw new InvalidInputException($"{option} cannot be read as the {known.Language}: write {Forms}, {Examples}.");
        }
    }

    private static string ReadFile(string path, string option)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // What follows the '@' may be a password that was meant for something else.
            throw new InvalidInputException($"{option} names a file after its '@' that cannot be read ({failure.GetType().Name}): write {Forms}, {Examples}.");
        }
    }

    private static string List(Func<StoreForm, string> text) =>
        $"{string.Join(", ", Kinds.SkipLast(1).Select(text))} or {text(Kinds[^1])}";
}
