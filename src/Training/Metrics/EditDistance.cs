namespace Mnist.Distributed.Training.Metrics;

/// <summary>
/// The edit distance of two strings (Levenshtein, 1966): the smallest number of labels that must be
/// inserted, deleted or replaced to make one of the other.
/// </summary>
internal static class EditDistance
{
    /// <summary>The distance of two strings.</summary>
    public static int Of(ReadOnlySpan<int> read, Symbols target)
    {
        var row = new int[target.Length + 1];
        for (var at = 0; at < row.Length; at++)
        {
            row[at] = at;
        }

        for (var i = 0; i < read.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var at = 1; at < row.Length; at++)
            {
                var replaced = diagonal + (read[i] == target[at - 1] ? 0 : 1);
                diagonal = row[at];
                row[at] = Math.Min(replaced, Math.Min(row[at], row[at - 1]) + 1);
            }
        }

        return row[^1];
    }
}
