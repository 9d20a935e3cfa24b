using CsCheck;

using Mnist.Distributed.Grains.ParameterServers;
using Mnist.Distributed.Training.Summation;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.ParameterServers;

public sealed class CoverageProperties
{
    /// <summary>
    /// A number of items, and answers that cover some of them, some of them twice.
    /// </summary>
    private static readonly Gen<(int Items, WorkerRange[] Answers, int Parts)> Cases =
        from items in Gen.Int[1, 60]
        from answers in Gen.Select(Gen.Int[0, items], Gen.Int[0, items], (a, b) => new WorkerRange(Math.Min(a, b), Math.Max(a, b))).Array[0, 6]
        from parts in Gen.Int[1, 9]
        select (items, answers, parts);

    [Fact]
    public void Blocks_are_what_is_open_and_nothing_else() => Cases.Sample((items, answers, parts) =>
    {
        var open = Open(items, answers);
        var blocks = After(items, answers).Divide(parts);
        Assert.Equal(open, blocks.SelectMany(block => Enumerable.Range(block.First, block.Count)));
        Assert.All(blocks, block => Assert.InRange(block.Count, 1, (open.Length + parts - 1) / parts));
    });

    [Fact]
    public void It_is_complete_when_nothing_is_open() => Cases.Sample((items, answers, _) =>
        Assert.Equal(Open(items, answers).Length == 0, After(items, answers).IsComplete));

    [Fact]
    public void Answering_the_blocks_completes_it() => Cases.Sample((items, answers, parts) =>
    {
        var coverage = After(items, answers);
        foreach (var block in coverage.Divide(parts))
        {
            Assert.False(coverage.IsComplete);
            coverage.Cover(block);
        }

        Assert.True(coverage.IsComplete);
    });

    private static int[] Open(int items, WorkerRange[] answers) =>
        [.. Enumerable.Range(0, items).Where(item => !answers.Any(answer => answer.First <= item && item < answer.End))];

    private static Coverage After(int items, WorkerRange[] answers)
    {
        var coverage = new Coverage();
        coverage.Reset(items);
        Array.ForEach(answers, coverage.Cover);
        return coverage;
    }
}
