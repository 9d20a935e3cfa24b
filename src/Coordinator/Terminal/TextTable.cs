using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>
/// A table of plain text: one line a row whatever the width, so that ids and paths can be copied
/// and rows can be counted.
/// </summary>
internal static class TextTable
{
    private const string Gap = "  ";

    /// <summary>
    /// Prints headers and rows; columns whose header begins with a space are aligned to the right.
    /// </summary>
    public static void Print(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] lines = [[.. headers.Select(header => header.Trim())], .. rows.Select(row => (string[])[.. row.Select(cell => Printable.Of(cell))])];
        var widths = headers.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
        {
            Console.WriteLine(string.Join(
                Gap,
                line.Select((cell, column) => headers[column].StartsWith(' ') ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
