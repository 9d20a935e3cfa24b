namespace Mnist.Distributed.Coordinator.Commands;

/// <summary>Finds the word that a user meant who has mistyped it.</summary>
internal static class Spelling
{
    /// <summary>
    /// The known word nearest to <paramref name="word"/>; null if no word is near enough.
    /// </summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        var near = known.Select(candidate => (Word: candidate, Distance: Distance(word, candidate))).OrderBy(pair => pair.Distance).FirstOrDefault();
        return near.Word is { } found && near.Distance <= Math.Max(1, Math.Min(word.Length, found.Length) / 3) ? found : null;
    }

    /// <summary>
    /// The number of letters to insert, remove, replace or swap with their neighbour, to turn one
    /// word into the other. Sources: V. I. Levenshtein, 1966; F. J. Damerau, 1964.
    /// </summary>
    public static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                rows[i, j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Math.Min(
                        Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
                        rows[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)),
                };
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[left.Length, right.Length];
    }
}
