using CsCheck;
using Mnist.Distributed.Coordinator.Commands;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands;

public sealed class SpellingTests
{
    private static readonly string[] Known = ["train", "evaluate", "cluster", "runs", "verify", "chaos", "data", "plan"];

    [Theory]
    [InlineData("trian", "train")]
    [InlineData("Train", "train")]
    [InlineData("clustr", "cluster")]
    [InlineData("evalute", "evaluate")]
    [InlineData("deploy", null)]
    [InlineData("", null)]
    public void What_was_probably_meant_is_found(string word, string? meant) => Assert.Equal(meant, Spelling.Nearest(word, Known));

    [Fact]
    public void Distance_is_a_metric_and_a_swap_costs_one() =>
        Gen.Select(Gen.String[Gen.Char['a', 'c'], 0, 6], Gen.String[Gen.Char['a', 'c'], 0, 6]).Sample((left, right) =>
            Spelling.Distance(left, right) == Spelling.Distance(right, left)
            && (Spelling.Distance(left, right) == 0) == (left == right)
            && Spelling.Distance(left, right) >= Math.Abs(left.Length - right.Length)
            && Spelling.Distance(left, right) <= Math.Max(left.Length, right.Length)
            && Spelling.Distance("ab", "ba") == 1);
}
