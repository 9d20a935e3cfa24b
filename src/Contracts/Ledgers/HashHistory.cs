using System.Collections;

namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>
/// The hashes of a long run, in step order. What goes on with it shares the pages that are full, so going on copies a page, late in a run as early.
/// </summary>
[GenerateSerializer, Immutable, Alias("mnist.HashHistory")]
public sealed class HashHistory : IReadOnlyList<StateHash>
{
    /// <summary>Hashes of a full page: as many as leave it out of the large object heap. Stored runs have pages of this size, so it cannot be changed.</summary>
    public const int PageSize = 4096;

    /// <summary>No hash.</summary>
    public static readonly HashHistory Empty = new([]);

    // All full but the last one.
    [Id(0)] private readonly StateHash[][] _pages;

    private HashHistory(StateHash[][] pages) => _pages = pages;

    /// <inheritdoc />
    public int Count => _pages.Length == 0 ? 0 : ((_pages.Length - 1) * PageSize) + _pages[^1].Length;

    /// <inheritdoc />
    public StateHash this[int index] => _pages[index / PageSize][index % PageSize];

    /// <summary>This history up to a step, and from there on another one.</summary>
    /// <param name="step">The step.</param>
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
