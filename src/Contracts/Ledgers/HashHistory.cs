using System.Collections;

namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>
/// The hashes of a long run, in step order. A longer history shares the full pages of the history
/// that it continues. So an addition copies at most one page, and its cost does not grow with the
/// run.
/// </summary>
[GenerateSerializer, Immutable, Alias("mnist.HashHistory")]
public sealed class HashHistory : IReadOnlyList<StateHash>
{
    /// <summary>
    /// Hashes in a full page. A page of this size stays out of the large object heap. Stored runs
    /// have pages of this size, so the number must not change.
    /// </summary>
    public const int PageSize = 4096;

    /// <summary>No hash.</summary>
    public static readonly HashHistory Empty = new([]);

    // All pages but the last one are full.
    [Id(0)] private readonly StateHash[][] _pages;

    private HashHistory(StateHash[][] pages) => _pages = pages;

    /// <inheritdoc />
    public int Count => _pages.Length == 0 ? 0 : ((_pages.Length - 1) * PageSize) + _pages[^1].Length;

    /// <inheritdoc />
    public StateHash this[int index] => _pages[index / PageSize][index % PageSize];

    /// <summary>This history up to a step, continued by another one.</summary>
    /// <param name="step">The first step that is taken from <paramref name="tail"/>.</param>
    /// <param name="tail">The hashes from that step on, in step order.</param>
    public HashHistory GoOnFrom(long step, IReadOnlyList<StateHash> tail)
    {
        var kept = Count;
        while (kept > 0 && this[kept - 1].Step >= step)
        {
            kept--;
        }

        var (full, rest) = Math.DivRem(kept, PageSize);
        StateHash[] open = [.. rest > 0 ? _pages[full][..rest] : [], .. tail];
        return new HashHistory([.. _pages[..full], .. open.Chunk(PageSize)]);
    }

    /// <inheritdoc />
    public IEnumerator<StateHash> GetEnumerator() => _pages.SelectMany(page => page).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
