using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Sweeps.Values;
using Mnist.Distributed.Training.Randomness;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Sweeps.Values;

/// <summary>The grammar of the values of <c>mnist sweep</c>.</summary>
public sealed class SweepValuesTests
{
    [Theory]
    [InlineData("0.1", "0.1")]
    [InlineData("0.003,0.01,3e-2", "0.003 0.01 3e-2")]
    [InlineData("sgd,adam", "sgd adam")]
    [InlineData("0..4", "0 1 2 3 4")]
    [InlineData("7..7", "7")]
    [InlineData("-2..1", "-2 -1 0 1")]
    [InlineData("50..200:50", "50 100 150 200")]
    [InlineData("50..190:50", "50 100 150")]
    [InlineData("0.1..0.3:0.1", "0.1 0.2 0.3")]
    [InlineData("0..0.3:0.1", "0 0.1 0.2 0.3")]
    [InlineData("0.001..0.1:x10", "0.001 0.01 0.1")]
    [InlineData("1e-4..1e-2:x10", "0.0001 0.001 0.01")]
    [InlineData("16..100:x2", "16 32 64")]
    [InlineData("1,4..6,10..30:10", "1 4 5 6 10 20 30")]
    public void Values_and_ranges_are_read(string text, string values) => Assert.Equal(values, string.Join(' ', Listed(text)));

    [Fact]
    public void A_semicolon_lets_values_have_commas() =>
        Assert.Equal(["3,6", "4,8"], ((ValueSource.Listed)SweepValues.Read("--milestones", "3,6;4,8", ';', mayDraw: false)).Values);

    [Theory]
    [InlineData("0.1,", "empty value")]
    [InlineData("", "empty value")]
    [InlineData("0.1, 0.2", "space")]
    [InlineData("4..1", "goes backwards: write 1..4")]
    [InlineData("a..b", "from a number to a number")]
    [InlineData("1..", "from a number to a number")]
    [InlineData("..5", "from a number to a number")]
    [InlineData("1..2..3", "from a number to a number")]
    [InlineData("1e-60..1", "from a number to a number")]
    [InlineData("0.1..0.5", "has no step")]
    [InlineData("1..9:0", "step above 0")]
    [InlineData("1..9:-1", "step above 0")]
    [InlineData("1..9:", "step above 0")]
    [InlineData("1..9:x1", "above 1")]
    [InlineData("1..9:xy", "above 1")]
    [InlineData("0..9:x2", "begin above 0")]
    [InlineData("1..9:log", "--random N")]
    [InlineData("1..10001", "more than 10,000")]
    [InlineData("0..1:0.00000000001", "more than 10,000")]
    [InlineData("1,2,1", "1 twice")]
    [InlineData("0.1,0.10", "0.1 twice")]
    [InlineData("1..3,2", "2 twice")]
    public void Other_texts_are_refused_with_a_sentence(string text, string part)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Listed(text));
        Assert.StartsWith("--lr", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void A_range_of_steps_is_the_multiples_of_the_step() => Gen.Select(Gen.Int[-500, 500], Gen.Int[0, 200], Gen.Int[1, 40], Gen.Int[0, 3]).Sample((from, span, step, decimals) =>
    {
        var unit = (decimal)Math.Pow(10, -decimals);
        var expected = Enumerable.Range(0, (span / step) + 1).Select(at => (from + (at * step)) * unit);
        var text = $"{SweepNumber.Text(from * unit)}..{SweepNumber.Text((from + span) * unit)}:{SweepNumber.Text(step * unit)}";
        Assert.Equal(expected, Listed(text).Select(value => SweepNumber.Read(value)!.Value));
    });

    [Fact]
    public void No_text_has_more_values_than_a_sweep_has_trials_or_fails_otherwise_than_with_a_sentence() =>
        Gen.OneOf(Gen.String, Gen.String["0123456789.,:xlog-e;"]).Sample(text =>
        {
            foreach (var mayDraw in (bool[])[false, true])
            {
                try
                {
                    if (SweepValues.Read("--lr", text, ',', mayDraw) is ValueSource.Listed listed)
                    {
                        Assert.InRange(listed.Values.Count, 1, SweepPlan.MostTrials);
                    }
                }
                catch (InvalidInputException)
                {
                }
            }
        });

    [Theory]
    [InlineData("0.1..0.5", false, false)]
    [InlineData("1e-4..1e-1:log", false, true)]
    [InlineData("10..500", true, false)]
    [InlineData("16..512:log", true, true)]
    public void Draws_are_in_the_range_and_spread_as_it_says(string text, bool isWhole, bool isLogarithmic)
    {
        var range = Assert.IsType<ValueSource.Drawn>(SweepValues.Read("--lr", text, ',', mayDraw: true));
        Assert.Equal((isWhole, isLogarithmic), (range.IsWhole, range.IsLogarithmic));
        var drawn = Enumerable.Range(0, 2000).Select(at =>
        {
            var random = new KeyedRandom(1, RandomPurpose.Sweep, at);
            return SweepNumber.Read(range.Draw(ref random))!.Value;
        }).Order().ToArray();

        Assert.All(drawn, value => Assert.InRange(value, range.Low, range.High));
        Assert.All(drawn, value => Assert.True(!isWhole || decimal.Truncate(value) == value));
        var middle = isLogarithmic ? Math.Sqrt((double)range.Low * (double)range.High) : (double)(range.Low + range.High) / 2;
        Assert.InRange((double)drawn[1000], middle * 0.85, middle * 1.15);
    }

    [Fact]
    public void Each_end_of_whole_numbers_is_drawn_as_often_as_the_others()
    {
        var range = (ValueSource.Drawn)SweepValues.Read("--hidden", "1..4", ',', mayDraw: true);
        var counts = Enumerable.Range(0, 4000).Select(at =>
        {
            var random = new KeyedRandom(7, RandomPurpose.Sweep, at);
            return range.Draw(ref random);
        }).CountBy(value => value).ToDictionary();
        Assert.Equal(["1", "2", "3", "4"], counts.Keys.Order());
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1150));
    }

    private static IReadOnlyList<string> Listed(string text) => ((ValueSource.Listed)SweepValues.Read("--lr", text, ',', mayDraw: false)).Values;
}
