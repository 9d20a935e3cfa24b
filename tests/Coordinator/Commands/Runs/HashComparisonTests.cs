using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Coordinator.Commands.Runs;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Runs;

public sealed class HashComparisonTests
{
    [Fact]
    public void Equal_ledgers_are_equal_up_to_the_last_step() => Assert.Equal(new HashComparison(3, 2, null), Compare([(0, 1), (1, 2), (2, 3)], [(0, 1), (1, 2), (2, 3)]));

    [Fact]
    public void The_first_difference_counts() => Assert.Equal(new HashComparison(2, 0, 1), Compare([(0, 1), (1, 2), (2, 3)], [(0, 1), (1, 9), (2, 3)]));

    [Fact]
    public void Only_steps_that_both_have_are_compared() => Assert.Equal(new HashComparison(2, 0, 4), Compare([(0, 1), (2, 5), (4, 6)], [(0, 1), (1, 7), (3, 8), (4, 9), (5, 1)]));

    [Fact]
    public void A_run_that_has_got_further_is_equal_as_far_as_the_other_one_goes() => Assert.Equal(new HashComparison(2, 1, null), Compare([(0, 1), (1, 2)], [(0, 1), (1, 2), (2, 3)]));

    [Fact]
    public void Ledgers_without_a_common_step_say_so()
    {
        Assert.Equal("no step has a hash in both", Compare([(1, 1)], [(2, 1)]).Text);
        Assert.Equal(new HashComparison(0, null, null), Compare([], [(0, 1)]));
    }

    [Theory]
    [InlineData(0, 1, "equal up to step 0; they part at step 1")]
    [InlineData(10, 20, "equal at step 10, different at step 20, the next one with a hash in both")]
    [InlineData(null, 0, "they differ from the first hash on, at step 0")]
    [InlineData(7, null, "equal up to step 7, the last one with a hash in both")]
    public void The_result_is_a_sentence(int? equal, int? part, string text) => Assert.Equal(text, new HashComparison(1, equal, part).Text);

    private static HashComparison Compare((long Step, long Value)[] one, (long Step, long Value)[] other) => HashComparison.Of(
        [.. one.Select(hash => new StateHash(hash.Step, hash.Value))], [.. other.Select(hash => new StateHash(hash.Step, hash.Value))]);
}
