using System.Globalization;
using System.Text.RegularExpressions;

namespace Mnist.Distributed.Tests.Boundaries.Sources;

/// <summary>Finds files, constructors and lines that are too large to be read at once.</summary>
internal static partial class SourceSize
{
    /// <summary>The largest number of lines of a source file.</summary>
    public const int MostLines = 300;

    /// <summary>The largest number of parameters of a constructor.</summary>
    public const int MostParameters = 6;

    /// <summary>The largest number of columns of a line of prose.</summary>
    public const int MostColumns = 100;

    /// <summary>Reports a file that is too long.</summary>
    public static IEnumerable<string> Lines(SourceFile file)
    {
        var lines = file.Text.AsSpan().TrimEnd().Count('\n') + 1;
        return lines > MostLines ? [Line($"{file.Path} has {lines} lines")] : [];
    }

    /// <summary>
    /// The constructors of classes and structs, primary constructors included, that have too many
    /// parameters. Records, and types with <c>[GenerateSerializer]</c>, are lists of fields and may
    /// be long.
    /// </summary>
    public static IEnumerable<string> Constructors(SourceFile file)
    {
        var code = file.Code;
        foreach (Match type in TypeHead().Matches(code))
        {
            if (type.Groups["attributes"].Value.Contains("GenerateSerializer", StringComparison.Ordinal))
            {
                continue;
            }

            var name = type.Groups["name"].Value;
            var classic = Regex.Matches(code, $@"\b(?:public|internal|protected|private)\s+{name}\s*\(").Select(match => match.Index + match.Length);
            var primary = type.Groups["primary"].Success ? [type.Index + type.Length] : Array.Empty<int>();
            foreach (var start in primary.Concat(classic))
            {
                if (Parameters(code, start) is > MostParameters and var parameters)
                {
                    yield return Line($"{file.Path}: a constructor of {name} has {parameters} parameters");
                }
            }
        }
    }

    /// <summary>
    /// The comment lines of a source file that are too wide. Addresses in them do not count.
    /// </summary>
    public static IEnumerable<string> Comments(SourceFile file) =>
        TooWide(file, file.Text.Split('\n').Select(line => line.TrimStart().StartsWith("//", StringComparison.Ordinal) ? line : ""));

    /// <summary>
    /// The lines of a Markdown page that are too wide. Tables, code blocks and the addresses of
    /// links may be wide.
    /// </summary>
    public static IEnumerable<string> Prose(SourceFile page)
    {
        var isCode = false;
        return TooWide(page, page.Text.Split('\n').Select(line =>
        {
            var start = line.TrimStart();
            isCode ^= start.StartsWith("```", StringComparison.Ordinal);
            return isCode || start.StartsWith('|') ? "" : LinkTarget().Replace(line, "]");
        }));
    }

    private static IEnumerable<string> TooWide(SourceFile file, IEnumerable<string> lines) => lines
        .Select((line, at) => (Number: at + 1, Columns: Address().Replace(line, "").TrimEnd().EnumerateRunes().Count()))
        .Where(line => line.Columns > MostColumns)
        .Select(line => Line($"{file.Path}:{line.Number} has {line.Columns} columns"));

    /// <summary>
    /// Counts parameters from behind the opening parenthesis to the one that closes it.
    /// </summary>
    private static int Parameters(string code, int start)
    {
        var (depth, commas, isEmpty) = (0, 0, true);
        for (var at = start; at < code.Length; at++)
        {
            switch (code[at])
            {
                case ')' when depth == 0:
                    return isEmpty ? 0 : commas + 1;
                case ',' when depth == 0:
                    commas++;
                    break;
                case '(' or '[' or '{' or '<':
                    depth++;
                    break;
                case ')' or ']' or '}' or '>':
                    depth--;
                    break;
            }

            isEmpty &= char.IsWhiteSpace(code[at]);
        }

        return 0;
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<attributes>(?:^[ \t]*\[[^\n]*\]\s*)*)^[ \t]*(?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|struct)\s+(?<name>\w+)(?:<[^>]*>)?(?<primary>\s*\()?", RegexOptions.Multiline)]
    private static partial Regex TypeHead();

    [GeneratedRegex(@"\]\([^)]*\)")]
    private static partial Regex LinkTarget();

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Address();
}
