using System.Text.RegularExpressions;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>
/// A text on standard output. A terminal gets it in lines of its width, which end between words;
/// the lines after the first one are indented. A file or a pipe gets it in one line.
/// </summary>
internal static partial class Paragraph
{
    private const string Indent = "  ";

    /// <summary>Prints a text.</summary>
    public static void Print(string text)
    {
        foreach (var line in Screen.Columns is { } columns ? Lines(text, columns) : [text])
        {
            Console.WriteLine(line);
        }
    }

    /// <summary>
    /// The lines of a text. A word that is longer than a line, such as a path, has a line of its
    /// own, and so has a command at the end of a sentence, so that users can copy it in one piece.
    /// </summary>
    /// <param name="text">The text, without line breaks.</param>
    /// <param name="columns">The most characters of a line.</param>
    public static IEnumerable<string> Lines(string text, int columns)
    {
        var indent = text[..^text.TrimStart(' ').Length] + Indent;
        var line = "";
        foreach (var word in Words().Matches(text).Select(match => match.Value))
        {
            if (line.Length > 0 && line.Length + word.Length > columns)
            {
                yield return line;
                line = indent + word.TrimStart(' ');
            }
            else
            {
                line += word;
            }
        }

        yield return line;
    }

    /// <summary>Each word or command, with the spaces before it.</summary>
    [GeneratedRegex(" *(?:(?<=: )mnist .*|[^ ]+)")]
    private static partial Regex Words();
}
