using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Options;

namespace Mnist.Distributed.Coordinator.Commands.Completion;

/// <summary>
/// A shell's question: which words can stand where the cursor is? A shell asks it with
/// <c>mnist complete --current=WORD -- WORDS BEFORE IT</c>. No user writes this command, so no help
/// shows it.
/// </summary>
/// <remarks>
/// An answer is one line for each word: the word, a tab, its description. The lines
/// <see cref="Files"/> and <see cref="Folders"/> ask the shell to complete a path itself. Models of
/// <c>--models-from</c> are no candidates: a key on the keyboard must not run code.
/// </remarks>
internal static class CompletionRequest
{
    /// <summary>The answer for a file.</summary>
    public const string Files = ":files";

    /// <summary>The answer for a folder.</summary>
    public const string Folders = ":folders";

    private const string Command = "complete";
    private const string Current = "--current=";
    private const string Help = "help";
    private const int MostLetters = 80;

    private static readonly string[] Stops = [". ", ": ", "; "];

    /// <summary>Whether the arguments of the program are such a question.</summary>
    public static bool IsAskedFor(IReadOnlyList<string> arguments) =>
        arguments is [Command, var current, "--", ..] && current.StartsWith(Current, StringComparison.Ordinal);

    /// <summary>The lines of the answer.</summary>
    /// <param name="root">The commands.</param>
    /// <param name="arguments">The arguments of the program.</param>
    public static IEnumerable<string> Answer(RootCommand root, IReadOnlyList<string> arguments) =>
        Candidates(root, [.. arguments.Skip(3)], arguments[1][Current.Length..])
            .Select(item => item.Kind switch
            {
                ValueKind.PathOfFile => Files,
                ValueKind.PathOfFolder => Folders,
                _ => $"{item.Label}\t{item.Detail}",
            })
            .Distinct();

    private static IEnumerable<CompletionItem> Candidates(RootCommand root, string[] before, string current)
    {
        // Bash makes a word of the sign in "--model=cnn".
        if (current == "=" && before is [.., ['-', '-', ..]])
        {
            current = "";
        }

        before = [.. before.Where((word, at) => word != "=" || at == 0 || !before[at - 1].StartsWith("--", StringComparison.Ordinal))];
        if (current.StartsWith("--", StringComparison.Ordinal) && current.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign)
        {
            (before, current) = ([.. before, current[..sign]], current[(sign + 1)..]);
        }

        var isHelp = before is [Help, ..];
        var parsed = root.Parse(isHelp ? before[1..] : before, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var options = Options(parsed.CommandResult.Command);
        var pending = before is [.., var last] && !before.Contains("--") ? options.FirstOrDefault(option => Names(option).Contains(last) && TakesValue(option)) : null;
        return (pending is not null ? Values(pending.CompletionSources)
            : isHelp ? Subcommands(parsed)
            : current.StartsWith('-') && !before.Contains("--") ? Unused(parsed, options)
            : Words(parsed) is { Length: > 0 } words ? words
            : current.Length > 0 ? []
            : Unused(parsed, options)).Where(item => IsPath(item) || item.Label.StartsWith(current, StringComparison.Ordinal));
    }

    private static CompletionItem[] Words(ParseResult parsed) =>
    [
        .. Subcommands(parsed),
        .. parsed.CommandResult.Command is RootCommand ? [new CompletionItem(Help, detail: "Shows the help of a command.")] : Array.Empty<CompletionItem>(),
        .. parsed.CommandResult.Command.Arguments.FirstOrDefault(argument => (parsed.GetResult(argument)?.Tokens.Count ?? 0) < argument.Arity.MaximumNumberOfValues) is { } next
            ? Values(next.CompletionSources)
            : [],
    ];

    private static IEnumerable<CompletionItem> Subcommands(ParseResult parsed) => parsed.CommandResult.Command.Subcommands
        .Where(command => !command.Hidden)
        .Select(command => new CompletionItem(command.Name, detail: Brief(command.Description)));

    /// <summary>The options that may still be given.</summary>
    private static IEnumerable<CompletionItem> Unused(ParseResult parsed, IEnumerable<Option> options) => options
        .Where(option => option.Arity.MaximumNumberOfValues > 1 || parsed.GetResult(option) is null or OptionResult { Implicit: true })
        .Select(option => new CompletionItem(option.Name, detail: Brief(option.Description)));

    private static IEnumerable<CompletionItem> Values(IEnumerable<Func<CompletionContext, IEnumerable<CompletionItem>>> sources) =>
        sources.SelectMany(source => source(CompletionContext.Empty)).Select(item => IsPath(item) ? item : new CompletionItem(item.Label, detail: Brief(item.Detail)));

    /// <summary>The options of a command, and those of every command.</summary>
    private static Option[] Options(Command command) =>
        [.. command.Options.Concat(Above(command).SelectMany(parent => parent.Options.Where(option => option.Recursive))).Where(option => !option.Hidden)];

    private static IEnumerable<Command> Above(Command command) => command.Parents.OfType<Command>().SelectMany(parent => Above(parent).Prepend(parent));

    private static IEnumerable<string> Names(Option option) => option.Aliases.Prepend(option.Name);

    private static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0;

    private static bool IsPath(CompletionItem item) => item.Kind is ValueKind.PathOfFile or ValueKind.PathOfFolder;

    /// <summary>The start of a description, on one line: up to its first stop.</summary>
    private static string Brief(string? description)
    {
        var text = Printable.Of(description ?? "", Printable.Sentence).Split(Stops, StringSplitOptions.None)[0];
        return text.Length <= MostLetters ? text.TrimEnd('.') : $"{text[..text.LastIndexOf(' ', MostLetters)]} ...";
    }
}
