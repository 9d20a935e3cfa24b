using System.CommandLine;
using System.CommandLine.Parsing;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>Writes the options of a command line, so that a user can give them again.</summary>
internal static class Replay
{
    /// <summary>
    /// The options with a value, quoted for a shell: those that were typed, and defaults that the
    /// user has set elsewhere, so that the command does the same where they are not set.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="without">Options to leave out.</param>
    public static IEnumerable<string> Options(ParseResult parsed, params IReadOnlyList<Option> without) =>
        from given in parsed.CommandResult.Children.OfType<OptionResult>()
        where !given.Implicit && !without.Contains(given.Option)
        where parsed.IsTyped(given.Option) || !OptionTraits.Of(given.Option).IsAccess
        from word in WordsOf(given)
        select ShellWord.Quoted(word);

    /// <summary>
    /// The options that were typed, as words for another process of this user. It has the same
    /// defaults.
    /// </summary>
    /// <inheritdoc cref="Options" path="/param" />
    public static IEnumerable<string> Typed(ParseResult parsed, params IReadOnlyList<Option> without) =>
        parsed.Typed().Where(given => !without.Contains(given.Option)).SelectMany(WordsOf);

    /// <summary>
    /// The words of an option. Its name precedes each value, in one word with a value that may be
    /// taken for an option.
    /// </summary>
    private static IEnumerable<string> WordsOf(OptionResult given)
    {
        var name = given.Option.Name;
        var lasting = OptionTraits.Of(given.Option).Lasting;
        return given.Tokens.Count == 0 ? [name] : given.Tokens
            .Select(token => lasting is null ? token.Value : lasting(token.Value))
            .SelectMany(value => value.StartsWith('-') ? (string[])[$"{name}={value}"] : [name, value]);
    }
}
