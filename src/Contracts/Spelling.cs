namespace Mnist.Distributed.Contracts;

/// <summary>Finds the name that a user meant who has mistyped it.</summary>
public static class Spelling
{
    /// <summary>
    /// Most letters that may be wrong. More would make every id of a run resemble every other one.
    /// </summary>
    private const int MostWrong = 4;

    /// <summary>Fewest letters that stand for a whole name.</summary>
    private const int FewestLetters = 3;

    /// <summary>
    /// What to do about an unknown name, as the end of a sentence: a question if a known name is
    /// near, else <paramref name="otherwise"/>.
    /// </summary>
    /// <param name="name">The unknown name.</param>
    /// <param name="known">The known names.</param>
    /// <param name="otherwise">The advice if no name is near, with its full stop.</param>
    public static string Advice(string name, IEnumerable<string> known, string otherwise) =>
        Nearest(name, known) is { } near ? $"did you mean {near}?" : otherwise;

    /// <summary>
    /// The known word nearest to <paramref name="word"/>, whatever the case of its letters; else
    /// the only one that begins with it; null if no word is near enough.
    /// </summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        var letters = word.ToLowerInvariant();
        string[] words = [.. known.Distinct()];
        var near = words.Select(candidate => (Word: candidate, Distance: Distance(letters, candidate.ToLowerInvariant()))).OrderBy(pair => pair.Distance).FirstOrDefault();
        if (near.Word is { } found && near.Distance <= Math.Clamp(Math.Min(word.Length, found.Length) / 3, 1, MostWrong))
        {
            return found;
        }

        var longer = words.Where(candidate => word.Length >= FewestLetters && candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase)).ToArray();
        return longer.Length == 1 ? longer[0] : null;
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
