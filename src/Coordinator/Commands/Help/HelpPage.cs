using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using Mnist.Distributed.Coordinator.Commands.Options;

namespace Mnist.Distributed.Coordinator.Commands.Help;

/// <summary>
/// The help of a command: what it does, its arguments, its options in groups, and examples. It fits
/// the terminal; where there is none, it has 80 columns.
/// </summary>
internal sealed class HelpPage : SynchronousCommandLineAction
{
    private const int UsualWidth = 80;
    private const int LeastWidth = 40;
    private const string ExamplesTitle = "Examples:";

    /// <summary>A command with more options has groups of them.</summary>
    private const int MostUngrouped = 8;

    /// <inheritdoc />
    public override bool ClearsParseErrors => true;

    /// <summary>Makes the help option of a root command show these pages.</summary>
    public static void Use(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new HelpPage();
            option.Description = "Show this help.";
            OptionGroup.Output.Holds(option);
        }

        foreach (var option in root.Options.OfType<VersionOption>())
        {
            option.Description = "Show the version.";
        }
    }

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        foreach (var line in Lines(parseResult.CommandResult.Command, Console.IsOutputRedirected || Console.WindowWidth <= 0 ? UsualWidth : Console.WindowWidth))
        {
            Console.Out.WriteLine(line);
        }

        return 0;
    }

    /// <summary>The lines of a page.</summary>
    /// <param name="command">The command.</param>
    /// <param name="width">The columns of the terminal.</param>
    public static IEnumerable<string> Lines(Command command, int width)
    {
        width = Math.Max(width, LeastWidth);
        string[] paragraphs = (command.Description ?? "").ReplaceLineEndings("\n").Split("\n\n");
        (string Title, IEnumerable<string> Lines)[] sections =
        [
            ("Usage", [Usage(command)]),
            ("Commands", TextWrap.Columns([.. command.Subcommands.Where(one => !one.Hidden).Select(one => (one.Name, Brief(one)))], width)),
            ("Arguments", TextWrap.Columns([.. command.Arguments.Select(one => ($"<{one.HelpName ?? one.Name}>", one.Description ?? ""))], width)),
            .. Options(command, width),
        ];
        return paragraphs.TakeWhile(paragraph => !IsExamples(paragraph)).SelectMany(paragraph => TextWrap.Lines(paragraph, width).Append(""))
            .Concat(sections.Where(section => section.Lines.Any()).SelectMany(section => section.Lines.Prepend($"{section.Title}:").Append("")))
            .Concat(paragraphs.Where(IsExamples).SelectMany(paragraph => Examples(paragraph, width)))
            .Concat(command.Subcommands.Count > 0 ? [.. paragraphs.Any(IsExamples) ? [""] : Array.Empty<string>(), .. TextWrap.Lines($"'{Path(command)} COMMAND --help' shows the options of a command.", width)] : []);
    }

    private static IEnumerable<(string Title, IEnumerable<string> Lines)> Options(Command command, int width)
    {
        Option[] own = [.. command.Options.Where(option => !option.Hidden && !option.Recursive)];
        Option[] all = [.. own, .. Above(command).Prepend(command).SelectMany(one => one.Options).Where(option => option is { Hidden: false, Recursive: true })];
        return own.Length <= MostUngrouped
            ? [("Options", TextWrap.Columns([.. all.Select(Row)], width))]
            : OptionGroup.All.Select(group => (group == OptionGroup.Other ? "Other options" : group.Title, TextWrap.Columns([.. all.Where(option => OptionGroup.Of(option) == group).Select(Row)], width)));
    }

    private static (string Name, string Text) Row(Option option)
    {
        var value = option.Arity.MaximumNumberOfValues > 0 ? $" <{option.HelpName ?? option.Name.TrimStart('-')}>" : "";
        return ($"{string.Join(", ", option.Aliases.Prepend(option.Name).Where(name => name.StartsWith('-')).OrderBy(name => name.StartsWith("--", StringComparison.Ordinal)))}{value}",
            $"{option.Description}{(option.Required ? " Required." : Default(option))}");
    }

    /// <summary>The default with its unit, unless the description tells it.</summary>
    private static string Default(Option option) =>
        option is { HasDefaultValue: true, Arity.MaximumNumberOfValues: > 0 } && Convert.ToString(option.GetDefaultValue(), CultureInfo.InvariantCulture) is { Length: > 0 } value
            ? $" Default: {value}{(OptionTraits.Of(option).Unit is { } unit ? $" {(value == "1" ? unit.TrimEnd('s') : unit)}" : "")}."
            : "";

    /// <summary>Examples, each with its remark beside it or, if that is too wide, below.</summary>
    private static IEnumerable<string> Examples(string paragraph, int width) => paragraph.Split('\n').SelectMany(line =>
    {
        var text = line.Trim();
        var gap = text.IndexOf("  ", StringComparison.Ordinal);
        return line.Length <= width || gap < 0 ? [line] : (IEnumerable<string>)[$"  {text[..gap]}", .. TextWrap.Lines(text[gap..], width - 6).Select(part => $"      {part}")];
    });

    private static bool IsExamples(string paragraph) => paragraph.StartsWith(ExamplesTitle, StringComparison.Ordinal);

    private static string Usage(Command command) =>
        $"  {Path(command)}{(command.Subcommands.Count > 0 ? command.Action is null ? " COMMAND" : " [COMMAND]" : "")}"
        + string.Concat(command.Arguments.Select(one => one.Arity.MinimumNumberOfValues > 0 ? $" <{one.HelpName ?? one.Name}>" : $" [<{one.HelpName ?? one.Name}>]"))
        + " [options]";

    /// <summary>What a command does, up to the first stop.</summary>
    private static string Brief(Command command) => $"{(command.Description ?? "").ReplaceLineEndings(" ").Split(". ", 2)[0].Split(": ", 2)[0].TrimEnd('.')}.";

    private static string Path(Command command) => string.Join(' ', Above(command).Reverse().Append(command).Select(one => one is RootCommand ? "mnist" : one.Name));

    private static IEnumerable<Command> Above(Command command) => command.Parents.OfType<Command>().SelectMany(parent => Above(parent).Prepend(parent));
}
