using Mnist.Distributed.Training.Summation;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Summation;

public sealed class SummationTreeTests
{
    [Theory]
    [InlineData(1, "0")]
    [InlineData(2, "(0+1)")]
    [InlineData(3, "((0+1)+2)")]
    [InlineData(5, "(((0+1)+2)+(3+4))")]
    [InlineData(6, "(((0+1)+2)+((3+4)+5))")]
    [InlineData(8, "(((0+1)+(2+3))+((4+5)+(6+7)))")]
    public void The_tree_is_balanced_with_the_larger_half_on_the_left(int workers, string tree) => Assert.Equal(
        tree,
        SummationTree.Sum(
            new WorkerRange(0, workers),
            node => node.Count == 1 ? $"{node.First}" : null,
            (left, right) => $"({left}+{right})"));

    [Fact]
    public void A_block_is_cut_into_the_largest_nodes_it_holds() => Assert.Equal(
        [new WorkerRange(1, 2), new WorkerRange(2, 4), new WorkerRange(4, 6)],
        SummationTree.NodesWithin(8, new WorkerRange(1, 6)));

    [Fact]
    public void A_missing_worker_is_named()
    {
        var error = Assert.Throws<ArgumentException>(() => SummationTree.Sum(
            new WorkerRange(0, 6),
            node => node.Count == 1 && node.First != 4 ? "" : null,
            (left, right) => left + right));

        Assert.Contains("worker 4", error.Message);
    }
}
