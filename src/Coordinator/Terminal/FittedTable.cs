using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>
/// A table with as many columns as fit. Each row is one line, and no id or path is cut.
/// </summary>
/// <remarks>
/// The columns are tried in the order of their ranks. A column is shown if the line still fits the
/// width with it. Columns of rank 0 are always shown. Other columns are left out if no row has a
/// value for them.
/// </remarks>
internal static class FittedTable
{
    /// <summary>The text of a cell without a value.</summary>
    public const string Nothing = "-";

    private const int Gap = 2;

    /// <summary>Prints rows in the columns that fit.</summary>
    public static void Print<T>(IReadOnlyList<TableColumn<T>> columns, IReadOnlyList<T> rows, int width)
    {
        var shown = Choose(columns, rows, width);
        TextTable.Print([.. shown.Select(column => column.IsRight ? $" {column.Header}" : column.Header)], rows.Select(row => (string[])[.. shown.Select(column => column.Cell(row))]));
    }

    /// <summary>The columns that fit, in their order.</summary>
    /// <param name="columns">All columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="width">The most columns of a line.</param>
    public static IReadOnlyList<TableColumn<T>> Choose<T>(IReadOnlyList<TableColumn<T>> columns, IReadOnlyList<T> rows, int width)
    {
        var chosen = new HashSet<TableColumn<T>>();
        var used = -Gap;
        foreach (var column in columns.OrderBy(column => column.Rank))
        {
            string[] cells = [.. rows.Select(row => Printable.Of(column.Cell(row)))];
            var wide = Gap + cells.Select(cell => cell.Length).Append(column.Header.Length).Max();
            if (column.Rank == 0 || (used + wide <= width && cells.Any(cell => cell != Nothing)))
            {
                chosen.Add(column);
                used += wide;
            }
        }

        return [.. columns.Where(chosen.Contains)];
    }
}

/// <summary>A column of a table.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Rank">How important it is: 0 is always shown, a low number early.</param>
/// <param name="Cell">The text of a row.</param>
/// <param name="IsRight">Whether it is aligned to the right.</param>
internal sealed record TableColumn<T>(string Header, int Rank, Func<T, string> Cell, bool IsRight = false);
