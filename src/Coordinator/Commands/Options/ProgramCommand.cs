using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>The root of all commands. It knows which options the user did not type.</summary>
internal sealed class ProgramCommand(string description) : RootCommand(description)
{
    /// <summary>
    /// The defaults that were added to the command line, by the name of their option.
    /// </summary>
    public IReadOnlyDictionary<string, Default> Defaults { get; set; } = new Dictionary<string, Default>();

    /// <summary>The options of every command.</summary>
    public VerbosityOptions Verbosity { get; } = new();

    /// <summary>The names of a command and of those above it, without the root.</summary>
    public static string PathOf(Command command) =>
        string.Join(' ', command.Parents.OfType<Command>().Select(PathOf).Append(command is RootCommand ? "" : command.Name).Where(name => name.Length > 0));
}

/// <summary>Tells what the user typed from defaults.</summary>
internal static class TypedOptions
{
    /// <summary>
    /// Whether the user typed an option. Defaults from files and variables do not count: an option
    /// that does not fit is only worth a sentence or a refusal if it was typed.
    /// </summary>
    public static bool IsTyped(this ParseResult parsed, Option option) =>
        parsed.GetResult(option) is { Implicit: false } && !((parsed.RootCommandResult.Command as ProgramCommand)?.Defaults.ContainsKey(option.Name) ?? false);

    /// <summary>The value of an option that the user typed; else null.</summary>
    public static T? TypedValue<T>(this ParseResult parsed, Option<T> option) => parsed.IsTyped(option) ? parsed.GetValue(option) : default;

    /// <summary>The options that the user typed.</summary>
    public static IEnumerable<OptionResult> Typed(this ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<OptionResult>().Where(result => parsed.IsTyped(result.Option));
}
