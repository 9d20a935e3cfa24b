using Mnist.Distributed.Contracts.Ledgers;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>How far the states of two runs are the same, by the hashes in their ledgers.</summary>
/// <param name="Compared">Number of steps at which both ledgers have a hash.</param>
/// <param name="EqualUpTo">
/// The last of these steps before the first difference; null if there is none.
/// </param>
/// <param name="PartAt">
/// The first of these steps with different hashes; null if all are equal.
/// </param>
internal sealed record HashComparison(int Compared, long? EqualUpTo, long? PartAt)
{
    /// <summary>
    /// Compares two ledgers. They may have hashes of different steps; those that both have count.
    /// </summary>
    public static HashComparison Of(IReadOnlyList<StateHash> one, IReadOnlyList<StateHash> other)
    {
        var (compared, equal) = (0, (long?)null);
        for (int left = 0, right = 0; left < one.Count && right < other.Count;)
        {
            var (a, b) = (one[left], other[right]);
            left += a.Step <= b.Step ? 1 : 0;
            right += b.Step <= a.Step ? 1 : 0;
            if (a.Step != b.Step)
            {
                continue;
            }

            compared++;
            if (a.Value != b.Value)
            {
                return new HashComparison(compared, equal, a.Step);
            }

            equal = a.Step;
        }

        return new HashComparison(compared, equal, null);
    }

    /// <summary>The result in words.</summary>
    public string Text => (Compared, EqualUpTo, PartAt) switch
    {
        (0, _, _) => "no step has a hash in both",
        (_, null, { } part) => $"they differ from the first hash on, at step {part:N0}",
        (_, { } equal, { } part) when part == equal + 1 => $"equal up to step {equal:N0}; they part at step {part:N0}",
        (_, { } equal, { } part) => $"equal at step {equal:N0}, different at step {part:N0}, the next one with a hash in both",
        (_, { } equal, null) => $"equal up to step {equal:N0}, the last one with a hash in both",
        _ => "",
    };
}
