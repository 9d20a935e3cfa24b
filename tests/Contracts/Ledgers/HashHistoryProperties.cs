using CsCheck;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Tests.Contracts.Wire;
using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Ledgers;

public sealed class HashHistoryProperties
{
    private const int Longest = (2 * HashHistory.PageSize) + 5;

    /// <summary>
    /// Consecutive parts. Each begins at or before the end of the part before it.
    /// </summary>
    private static readonly Gen<(int Back, int Length)[]> Parts = Gen.Select(Gen.Int[0, Longest], Gen.Int[0, Longest]).Array[0, 4];

    [Fact]
    public void It_holds_what_a_list_holds() => Parts.Sample(parts =>
    {
        var (history, list) = (HashHistory.Empty, new List<StateHash>());
        foreach (var (number, (back, length)) in parts.Index())
        {
            var from = Math.Max(0, list.Count - back);
            var part = Enumerable.Range(from, length).Select(step => new StateHash(step, number)).ToArray();

            history = history.GoOnFrom(from, part);

            list.RemoveRange(from, list.Count - from);
            list.AddRange(part);
        }

        Assert.Equal(list, history);
        Assert.Equal(list.Count, history.Count);
        Assert.Equal(list, Enumerable.Range(0, history.Count).Select(i => history[i]));
        Assert.Equal(list, WireFormat.RoundTrip(history));
    });

    [Fact]
    public void A_history_that_was_given_out_does_not_change() => Gen.Int[0, Longest].Sample(cut =>
    {
        var hashes = Enumerable.Range(0, Longest).Select(step => new StateHash(step, step)).ToArray();
        var before = HashHistory.Empty.GoOnFrom(0, hashes);

        before.GoOnFrom(cut, [new StateHash(cut, -1)]);

        Assert.Equal(hashes, before);
    });
}
