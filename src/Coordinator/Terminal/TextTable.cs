using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>
/// A table of plain text. Each row is one line, so that programs can count rows. If a terminal is
/// too narrow for such a line, each row is a block of lines with one cell each.
/// </summary>
internal static class TextTable
{
    private const string Gap = "  ";

    /// <summary>
    /// Prints headers and rows. A column whose header begins with a space is aligned to the right.
    /// </summary>
    public static void Print(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        foreach (var line in Lines(headers, [.. rows], Screen.Columns))
        {
            Console.WriteLine(line);
        }
    }

    /// <summary>The lines of a table.</summary>
    /// <param name="headers">The headers, as for <see cref="Print"/>.</param>
    /// <param name="rows">The cells of each row.</param>
    /// <param name="columns">Width of the terminal; null if there is none.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<string> headers, IReadOnlyList<IReadOnlyList<string>> rows, int? columns)
    {
        string[] names = [.. headers.Select(header => header.Trim())];
        string[][] cells = [.. rows.Select(row => (string[])[.. row.Select(cell => Printable.Of(cell))])];
        var widths = names.Select((name, column) => cells.Select(row => row[column].Length).Append(name.Length).Max()).ToArray();
        return widths.Sum() + (Gap.Length * (widths.Length - 1)) <= (columns ?? int.MaxValue)
            ? cells.Prepend(names).Select(row => string.Join(Gap, row.Select(Aligned)).TrimEnd())
            : cells.SelectMany((row, at) => Block(row).Prepend("").Skip(at == 0 ? 1 : 0));

        string Aligned(string cell, int column) => headers[column].StartsWith(' ') ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]);

        IEnumerable<string> Block(string[] row) => row.SelectMany((cell, column) => Paragraph.Lines($"{names[column]}: {cell}", columns!.Value));
    }
}
