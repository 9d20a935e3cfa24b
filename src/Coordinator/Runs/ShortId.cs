using Mnist.Distributed.Contracts.Plans;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>Ids that a user has shortened.</summary>
internal static class ShortId
{
    /// <summary>
    /// The id that a text means: the newest one, the one that is the text, or the only one that
    /// begins so. Null if there is none.
    /// </summary>
    /// <param name="text">What the user has written.</param>
    /// <param name="ids">The ids. Their order is that of their starts.</param>
    /// <param name="what">What has the ids, for a message: runs or sweeps.</param>
    /// <exception cref="Contracts.InvalidInputException">Several ids begin so.</exception>
    public static string? Pick(string text, IReadOnlyList<string> ids, string what)
    {
        if (text == RunLabels.Latest)
        {
            return ids.Max(StringComparer.Ordinal);
        }

        var begun = ids.Contains(text) ? [text] : ids.Where(id => id.StartsWith(text, StringComparison.Ordinal)).ToArray();
        Require(begun.Length <= 1, $"{begun.Length} {what} begin with {text}: {string.Join(", ", begun.Take(5))}{(begun.Length > 5 ? ", ..." : "")}; give more letters.");
        return begun.FirstOrDefault();
    }
}
