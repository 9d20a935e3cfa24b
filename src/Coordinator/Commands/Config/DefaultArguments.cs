using System.CommandLine;
using System.CommandLine.Parsing;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Help;
using Mnist.Distributed.Coordinator.Commands.Options;

namespace Mnist.Distributed.Coordinator.Commands.Config;

/// <summary>
/// Adds the user's defaults to the arguments of the program. So a default is read, checked and
/// repeated like an option that was typed.
/// </summary>
internal static class DefaultArguments
{
    /// <summary>Commands about the program itself work whatever the files hold.</summary>
    private static readonly string[] OfTheProgram = ["config", "config path", "completion"];

    /// <summary>Whether the arguments run a command that has defaults.</summary>
    public static bool Count(ParseResult parsed) =>
        parsed.Action is not HelpPage && parsed.CommandResult.Command is { Subcommands.Count: 0 } command && !OfTheProgram.Contains(ProgramCommand.PathOf(command));

    /// <summary>
    /// Parses the arguments with a default for each option that was not typed.
    /// </summary>
    /// <param name="root">The commands.</param>
    /// <param name="arguments">The arguments that were typed.</param>
    /// <param name="defaults">The user's defaults.</param>
    /// <param name="grammar">How to parse.</param>
    /// <param name="only">An option to which this is limited; null for all.</param>
    /// <exception cref="InvalidInputException">An option refuses its default.</exception>
    public static ParseResult Parse(ProgramCommand root, IReadOnlyList<string> arguments, UserDefaults defaults, ParserConfiguration grammar, string? only = null)
    {
        var typed = root.Parse(arguments, grammar);
        var command = typed.CommandResult.Command;
        var path = ProgramCommand.PathOf(command);
        var added = new List<string>();
        var chosen = new Dictionary<string, Default>();
        foreach (var option in UserDefaults.OptionsOf(command).Where(UserDefaults.IsDefaultable).Where(option => only is null || option.Name == only))
        {
            if (typed.GetResult(option) is null or { Implicit: true } && defaults.Of(option, path) is { } set)
            {
                string[] words = [.. set.Arguments(option)];
                Check(root, path, option, set, words, grammar);
                added.AddRange(words);
                chosen[option.Name] = set;
            }
        }

        root.Defaults = chosen;
        var end = arguments.Index().FirstOrDefault(word => word.Item == "--", (Index: arguments.Count, Item: "")).Index;
        return added.Count == 0 ? typed : root.Parse([.. arguments.Take(end), .. added, .. arguments.Skip(end)], grammar);
    }

    /// <summary>
    /// The defaults that a command has used, as a sentence; null if there are none.
    /// </summary>
    public static string? Used(ParseResult parsed)
    {
        var used = (parsed.RootCommandResult.Command as ProgramCommand)?.Defaults ?? new Dictionary<string, Default>();
        return used.Count == 0
            ? null
            : $"{string.Join(", ", used.Select(one => $"{one.Key} is set by {one.Value.Source}"))}; 'mnist config' shows all defaults.";
    }

    private static void Check(Command root, string path, Option option, Default set, string[] words, ParserConfiguration grammar)
    {
        var refusal = root.Parse([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. words], grammar).Errors.FirstOrDefault(error => IsAbout(error.SymbolResult, option));
        InvalidInputException.Require(refusal is null, $"{set.Source} cannot be used: {Printable.Of(refusal?.Message ?? "", Printable.Sentence)}");
    }

    private static bool IsAbout(SymbolResult? result, Option option) => result switch
    {
        OptionResult of => of.Option == option,
        { Parent: { } parent } => IsAbout(parent, option),
        _ => false,
    };
}
