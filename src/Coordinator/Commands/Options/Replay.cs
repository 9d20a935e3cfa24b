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
    public static IEnumerable<string> Options(ParseResult parsed, params IReadOnlyList<Option> without) => Words(parsed, without).Select(ShellWord.Quoted);

    /// <summary>The same options, as the words of a process.</summary>
    /// <inheritdoc cref="Options" path="/param" />
    public static IEnumerable<string> Words(ParseResult parsed, params IReadOnlyList<Option> without) =>
        from given in parsed.CommandResult.Children.OfType<OptionResult>()
        where !given.Implicit && !without.Contains(given.Option)
        where parsed.IsTyped(given.Option) || !OptionTraits.Of(given.Option).IsAccess
        from word in ValuesOf(given).Prepend(given.Option.Name)
        select word;

    private static IEnumerable<string> ValuesOf(OptionResult given)
    {
        var lasting = OptionTraits.Of(given.Option).Lasting;
        return given.Tokens.Select(token => lasting is null ? token.Value : lasting(token.Value));
    }
}
