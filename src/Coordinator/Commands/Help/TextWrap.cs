namespace Mnist.Distributed.Coordinator.Commands.Help;

/// <summary>Breaks text into lines.</summary>
internal static class TextWrap
{
    /// <summary>
    /// Lines of words, each as long as fits. A longer word has a line of its own.
    /// </summary>
    /// <param name="text">The text. Its line breaks are spaces.</param>
    /// <param name="width">The most letters of a line.</param>
    public static IEnumerable<string> Lines(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        if (line.Length > 0)
        {
            yield return line;
        }
    }

    /// <summary>
    /// Rows of a name and a text beside it. A name that is too long for its column has a line of
    /// its own.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="width">The width of both columns.</param>
    public static IEnumerable<string> Columns(IReadOnlyList<(string Name, string Text)> rows, int width)
    {
        const int Indent = 2;
        var names = rows.Select(row => row.Name.Length).Where(length => length <= width / 3).DefaultIfEmpty(width / 4).Max() + Indent;
        foreach (var (name, text) in rows)
        {
            var isBeside = name.Length <= names - Indent;
            if (!isBeside)
            {
                yield return $"{new string(' ', Indent)}{name}";
            }

            var first = isBeside ? name : "";
            foreach (var line in Lines(text, width - names - Indent).DefaultIfEmpty(""))
            {
                yield return $"{new string(' ', Indent)}{first.PadRight(names)}{line}".TrimEnd();
                first = "";
            }
        }
    }
}
