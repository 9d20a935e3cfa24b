using CsCheck;

using Mnist.Distributed.Training.Summation;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Summation;

public sealed class SummationTreeProperties
{
    private static readonly Gen<(float[] Leaves, int[] Cuts)> Cases =
        from leaves in Summation.Leaves.Float.Array[1, 300]
        from cuts in Summation.Leaves.Cuts(leaves.Length)
        select (leaves, cuts);

    [Fact]
    public void Sums_have_the_same_bits_wherever_they_are_made() => Cases.Sample((leaves, cuts) =>
    {
        var collapsed = new Dictionary<WorkerRange, Sum>();
        foreach (var block in Blocks(cuts))
        {
            foreach (var node in SummationTree.NodesWithin(leaves.Length, block))
            {
                collapsed.Add(node, SummationTree.Sum(node, Leaf(leaves), Add));
            }
        }

        var whole = SummationTree.Sum(new WorkerRange(0, leaves.Length), Leaf(leaves), Add);
        var completed = SummationTree.Sum(new WorkerRange(0, leaves.Length), collapsed.GetValueOrDefault, Add);
        Assert.Equal(whole.Bits, completed.Bits);
    });

    /// <summary>Proves that the property above can fail.</summary>
    [Fact]
    public void Another_order_of_additions_mostly_shows()
    {
        var differing = 0;
        Cases.Sample(
            (leaves, _) =>
            {
                var inTree = SummationTree.Sum(new WorkerRange(0, leaves.Length), Leaf(leaves), Add);
                var inARow = leaves.Select(leaf => new Sum(leaf)).Aggregate(Add);
                Interlocked.Add(ref differing, inTree.Bits == inARow.Bits ? 0 : 1);
            },
            iter: 100);

        Assert.InRange(differing, 50, 100);
    }

    [Fact]
    public void Nodes_within_a_block_cover_it_without_overlap() => Cases.Sample((leaves, cuts) =>
        Assert.All(Blocks(cuts), block => Assert.Equal(
            Enumerable.Range(block.First, block.Count),
            SummationTree.NodesWithin(leaves.Length, block).SelectMany(node => Enumerable.Range(node.First, node.Count)))));

    /// <summary>A range is a node of the tree if it is the only node within itself.</summary>
    [Fact]
    public void Nodes_within_a_block_are_the_largest_there_are() => Cases.Sample((leaves, cuts) =>
    {
        foreach (var block in Blocks(cuts))
        {
            var nodes = SummationTree.NodesWithin(leaves.Length, block);
            var inside =
                from first in nodes
                from end in nodes
                where first.First < end.End
                select new WorkerRange(first.First, end.End);
            Assert.Equal(nodes, inside.Where(range => SummationTree.NodesWithin(leaves.Length, range) is [var only] && only == range));
        }
    });

    private static IEnumerable<WorkerRange> Blocks(int[] cuts) => cuts.Select((end, i) => new WorkerRange(i == 0 ? 0 : cuts[i - 1], end));

    private static Func<WorkerRange, Sum?> Leaf(float[] leaves) => node => node.Count == 1 ? new Sum(leaves[node.First]) : null;

    private static Sum Add(Sum left, Sum right) => new(left.Value + right.Value);

    private sealed record Sum(float Value)
    {
        public uint Bits => BitConverter.SingleToUInt32Bits(Value);
    }
}
