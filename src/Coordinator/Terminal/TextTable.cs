using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>
/// A table of plain text. Each row is one line, however wide, so that users can copy ids and paths
/// and programs can count rows.
/// </summary>
internal static class TextTable
{
    private const string Gap = "  ";

    /// <summary>
    /// Prints headers and rows. A column whose header begins with a space is aligned to the right.
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
