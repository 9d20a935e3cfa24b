using CsCheck;
using Mnist.Distributed.Contracts;
using Xunit;

namespace Mnist.Distributed.Tests.Contracts;

public sealed class SpellingTests
{
    private static readonly string[] Known = ["train", "evaluate", "cluster", "runs", "verify", "chaos", "data", "plan"];

    [Theory]
    [InlineData("trian", "train")]
    [InlineData("Train", "train")]
    [InlineData("clustr", "cluster")]
    [InlineData("evalute", "evaluate")]
    [InlineData("TRAIN", "train")]
    [InlineData("eval", "evaluate")]
    [InlineData("ev", null)]
    [InlineData("cl", null)]
    [InlineData("deploy", null)]
    [InlineData("", null)]
    public void What_was_probably_meant_is_found(string word, string? meant) => Assert.Equal(meant, Spelling.Nearest(word, Known));

    [Fact]
    public void A_start_that_several_words_have_stands_for_none() => Assert.Null(Spelling.Nearest("emnist", ["emnist-letters", "emnist-digits"]));

    [Fact]
    public void The_id_of_another_day_is_not_meant() =>
        Assert.Null(Spelling.Nearest("20260901-120000-ab12", ["20261130-174233-77fe"]));

    [Fact]
    public void The_advice_asks_or_says_what_else_to_do()
    {
        Assert.Equal("did you mean train?", Spelling.Advice("trian", Known, "leave it out."));
        Assert.Equal("leave it out.", Spelling.Advice("deploy", Known, "leave it out."));
    }

    [Fact]
    public void Distance_is_a_metric_and_a_swap_costs_one() =>
        Gen.Select(Gen.String[Gen.Char['a', 'c'], 0, 6], Gen.String[Gen.Char['a', 'c'], 0, 6]).Sample((left, right) =>
            Spelling.Distance(left, right) == Spelling.Distance(right, left)
            && (Spelling.Distance(left, right) == 0) == (left == right)
            && Spelling.Distance(left, right) >= Math.Abs(left.Length - right.Length)
            && Spelling.Distance(left, right) <= Math.Max(left.Length, right.Length)
            && Spelling.Distance("ab", "ba") == 1);
}
